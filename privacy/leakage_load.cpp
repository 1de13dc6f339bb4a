#include "privacy/leakage_load.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "privacy/leakage_metric.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

enum Column {
  model,
  dataset,
  cut,
  protection,
  attack,
  knowledge,
  metric,
  scale,
  value,
  spread,
  n,
  source,
  grade,
  column_count
};

std::array<LeakageColumn, column_count> const column_list = {{
    {"model", "name of the model, as workloads use it (coinfer list models)"},
    {"dataset", "name of the data set, as workloads use it"},
    {"cut", "name of the cut, or the alias it was published under: \"block 50\""},
    {"protection", "what was seen there: clear, noised, masked, transport_encrypted or sealed"},
    {"attack", "name of the attack, or of the statistic: \"inversion_network\""},
    {"knowledge", "what the attack needs: white_box, black_box or query_free"},
    {"metric", "a measure of coinfer list metrics"},
    {"scale",
     "how the value is normalised, a word: \"per_element_peak_1\"; one for all figures of a metric, model and data set"},
    {"value", "in the unit of the metric"},
    {"spread", "standard deviation over runs, at least 0; empty: not known"},
    {"n", "how many runs or samples, at least 1; empty: not known"},
    {"source", "who says so: publication, repository, command"},
    {"grade", "how far it can be trusted: MEASURED, PUBLISHED, SECONDARY, DERIVED or ASSUMED"},
}};

std::vector<std::string> names_of_columns() {
  std::vector<std::string> names;
  for (LeakageColumn const& column : column_list) names.push_back(column.name);
  return names;
}

std::vector<std::string> const column_names = names_of_columns();

std::string joined_names() {
  std::string joined;
  for (std::string const& name : column_names) joined += (joined.empty() ? "" : ",") + name;
  return joined;
}

std::array<Grade, 5> constexpr grades = {Grade::measured, Grade::published, Grade::secondary, Grade::derived,
                                         Grade::assumed};

std::vector<std::string> words_of_grades() {
  std::vector<std::string> names;
  for (Grade const known : grades) names.emplace_back(to_string(known));
  return names;
}

/// The columns of one file: index in the text for each of ours.
using Columns = std::array<std::size_t, column_count>;

std::optional<Columns> find_columns(std::string const& file, CsvTable const& csv, Diagnostics& diagnostics) {
  Columns columns{};
  bool complete = true;
  for (std::size_t i = 0; i < column_count; ++i) {
    if (auto const found = csv.column(column_names[i])) {
      columns[i] = *found;
    } else {
      diagnostics.add(Location{file, 0, 0}, "column '" + column_names[i] + "' is missing");
      complete = false;
    }
  }
  for (std::string const& name : csv.header()) {
    if (std::find(column_names.begin(), column_names.end(), name) != column_names.end()) continue;
    diagnostics.add(Location{file, 0, 0}, "unknown column '" + name + "'", {}, did_you_mean(name, column_names));
    complete = false;
  }
  if (!complete) return std::nullopt;
  return columns;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (LeakageMetric const& known : leakage_metrics()) names.emplace_back(known.name);
  return names;
}

/// One row of the text, field by field. Problems are collected; a row with one is not used.
class RowReader {
 public:
  RowReader(CsvTable const& csv, std::size_t row, Columns const& columns, Diagnostics& diagnostics)
      : csv_(csv), row_(row), columns_(columns), diagnostics_(diagnostics) {}

  [[nodiscard]] std::optional<LeakageRow> read() {
    LeakageRow result;
    result.where = where(model);
    for (Column const column : {model, dataset, cut, protection, attack, knowledge, metric, scale, value})
      refuse_empty(column, {});
    refuse_empty(source, "every figure says where it comes from");
    refuse_empty(grade, "every figure says how far it can be trusted");
    result.model = text(model);
    result.dataset = text(dataset);
    result.cut = text(cut);
    result.attack = text(attack);
    result.metric = text(metric);
    result.scale = text(scale);
    result.source.citation = text(source);
    read_words(result);
    read_numbers(result);
    if (!ok_) return std::nullopt;
    return result;
  }

 private:
  [[nodiscard]] std::string const& text(Column column) const { return csv_.at(row_, columns_[column]); }
  [[nodiscard]] Location where(Column column) const { return csv_.where(row_, columns_[column]); }

  void problem(Column column, std::string what, std::string why = {}, std::string suggestion = {}) {
    diagnostics_.add(where(column), std::move(what), std::move(why), std::move(suggestion));
    ok_ = false;
  }

  void refuse_empty(Column column, std::string const& why) {
    if (text(column).find_first_not_of(" \t") == std::string::npos)
      problem(column, "'" + column_names[column] + "' is empty", why);
  }

  void unknown(Column column, std::span<std::string const> words) {
    if (text(column).empty()) return;
    problem(column, "unknown " + column_names[column] + " '" + text(column) + "'", {}, did_you_mean(text(column), words));
  }

  void read_words(LeakageRow& result) {
    if (auto const known = protection_of(text(protection))) {
      result.protection = *known;
    } else {
      unknown(protection, protection_words());
    }
    if (auto const known = knowledge_of(text(knowledge))) {
      result.knowledge = *known;
    } else {
      unknown(knowledge, knowledge_words());
    }
    if (find_leakage_metric(text(metric)) == nullptr) unknown(metric, metric_names());
    if (auto const known = grade_of(text(grade))) {
      result.source.grade = *known;
    } else {
      unknown(grade, grade_words());
    }
    std::string_view const letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
    if (text(scale).find_first_not_of(letters) != std::string::npos) {
      problem(scale, "scale '" + text(scale) + "' is not a word", "small letters, digits and underscores");
    }
  }

  void read_numbers(LeakageRow& result) {
    if (auto const number = parse_number(text(value))) {
      result.value = *number;
      check_range(*number);
    } else if (!text(value).empty()) {
      problem(value, "value '" + text(value) + "' is not a finite number");
    }
    if (!text(spread).empty()) {
      result.spread = parse_number(text(spread));
      if (!result.spread || *result.spread < 0)
        problem(spread, "spread '" + text(spread) + "' is not a finite number of at least 0");
    }
    if (!text(n).empty()) {
      std::uint64_t count = 0;
      char const* const end = text(n).data() + text(n).size();
      auto const [stop, error] = std::from_chars(text(n).data(), end, count);
      if (error != std::errc{} || stop != end || count == 0) {
        problem(n, "n '" + text(n) + "' is not a whole number of at least 1");
      } else {
        result.n = count;
      }
    }
  }

  void check_range(double number) {
    LeakageMetric const* const known = find_leakage_metric(text(metric));
    if (known == nullptr) return;
    std::string const name(known->name);
    if (known->smallest && number < *known->smallest) {
      problem(value, "value is " + shortest(number), name + " is at least " + shortest(*known->smallest));
    }
    if (known->largest && number > *known->largest) {
      problem(value, "value is " + shortest(number), name + " is at most " + shortest(*known->largest));
    }
  }

  CsvTable const& csv_;
  std::size_t row_;
  Columns const& columns_;
  Diagnostics& diagnostics_;
  bool ok_ = true;
};

std::string place(Location const& where) { return where.file + ":" + std::to_string(where.line); }

/// Adds the row, or says why it cannot stand beside those already there.
void add_row(LeakageRow row, Location const& scale_place, Location const& value_place, LeakageTables& tables,
             Diagnostics& diagnostics) {
  if (LeakageRow const* const first = tables.same_metric(row); first != nullptr && first->scale != row.scale) {
    diagnostics.add(
        scale_place,
        "scale '" + row.scale + "' of " + row.metric + " differs from '" + first->scale + "' at " + place(first->where),
        "figures of one metric for model '" + row.model + "' and data set '" + row.dataset + "' need one scale");
    return;
  }
  if (LeakageRow const* const first = tables.same_key(row)) {
    char const* const why = "equal model, data set, cut, protection, attack, knowledge and metric";
    if (first->value != row.value) {
      diagnostics.add(value_place, "the same figure is " + shortest(first->value) + " at " + place(first->where), why);
    } else if (first->spread != row.spread || first->n != row.n) {
      diagnostics.add(value_place, "the same figure has another spread or n at " + place(first->where), why);
    }
    return;
  }
  tables.add(std::move(row));
}

}  // namespace

std::span<LeakageColumn const> leakage_columns() { return column_list; }

std::string_view leakage_table_header() {
  static std::string const header = joined_names();
  return header;
}

std::span<std::string const> grade_words() {
  static std::vector<std::string> const words = words_of_grades();
  return words;
}

std::optional<Grade> grade_of(std::string_view word) {
  for (Grade const grade : grades) {
    if (to_string(grade) == word) return grade;
  }
  return std::nullopt;
}

void load_leakage_table(std::string const& file, std::string_view text, LeakageTables& tables, Diagnostics& diagnostics,
                        CsvTable::RowFilter const& wanted) {
  CsvTable const csv = CsvTable::parse_wanted(file, text, wanted, diagnostics);
  if (csv.header().empty()) return;  // already a problem
  auto const columns = find_columns(file, csv, diagnostics);
  if (!columns) return;
  for (std::size_t i = 0; i < csv.rows(); ++i) {
    auto row = RowReader(csv, i, *columns, diagnostics).read();
    if (!row) continue;
    add_row(std::move(*row), csv.where(i, (*columns)[scale]), csv.where(i, (*columns)[value]), tables, diagnostics);
  }
}

}  // namespace coinfer
