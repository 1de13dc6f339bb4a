#include "privacy/leakage_write.hpp"

#include "privacy/leakage_load.hpp"
#include "sim/base/csv_line.hpp"

namespace coinfer {

std::string leakage_table_csv(std::span<LeakageRow const> rows) {
  std::string out = "# A leakage table: measured attack success and computed statistics, a figure a line.\n";
  for (LeakageColumn const& column : leakage_columns()) out += "# " + column.name + ": " + column.meaning + "\n";
  out += std::string(leakage_table_header()) + "\n";
  CsvLine line(out);
  for (LeakageRow const& row : rows) {
    line.text(row.model).text(row.dataset).text(row.cut).text(to_string(row.protection)).text(row.attack);
    line.text(to_string(row.knowledge)).text(row.metric).text(row.scale).number(row.value).number(row.spread);
    line.count(row.n).text(row.source.citation).text(to_string(row.source.grade)).end();
  }
  return out;
}

}  // namespace coinfer
