#include "workloads/cost_trace_load.hpp"

#include <array>
#include <map>
#include <utility>
#include <vector>

#include "sim/base/csv.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

enum Column : std::size_t { model_name, device, processor, first_layer, last_layer, time_s, source, grade, column_count };
constexpr std::array<char const*, column_count> column_names = {"model",      "device", "processor", "first_layer",
                                                                "last_layer", "time_s", "source",    "grade"};
constexpr std::array<Grade, 5> grades = {Grade::measured, Grade::published, Grade::secondary, Grade::derived,
                                         Grade::assumed};

class TraceReader {
 public:
  TraceReader(std::string const& file, CsvTable const& table, Model const& model, Diagnostics& diagnostics)
      : file_(file), table_(table), model_(model), diagnostics_(diagnostics) {}

  bool find_columns() {
    bool all = true;
    for (std::size_t c = 0; c < column_count; ++c) {
      auto const found = table_.column(column_names[c]);
      if (found) {
        columns_[c] = *found;
      } else {
        diagnostics_.add(Location{file_, 0, 0}, std::string("column '") + column_names[c] + "' is missing");
        all = false;
      }
    }
    return all;
  }

  void read_rows() {
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (field(row, model_name) != model_.name()) continue;
      read_row(row);
    }
  }

  std::map<CostTrace::ProcessorName, std::vector<MeasuredSpan>> take_spans() { return std::move(spans_); }

 private:
  std::string const& field(std::size_t row, Column column) const { return table_.at(row, columns_[column]); }
  Location where(std::size_t row, Column column) const { return table_.where(row, columns_[column]); }

  void read_row(std::size_t row) {
    auto const first = layer(row, first_layer);
    auto const last = layer(row, last_layer);
    auto const time = seconds(row);
    auto const strength = grade_of(row);
    if (field(row, source).empty()) {
      diagnostics_.add(where(row, source), "the source is empty", "a measured time needs its citation");
    }
    if (!first || !last || !time || !strength) return;
    if (*last < *first) {
      diagnostics_.add(where(row, last_layer), "the span ends before it begins",
                       "'" + field(row, last_layer) + "' comes before '" + field(row, first_layer) + "' in the model");
      return;
    }
    CostTrace::ProcessorName const name = {field(row, device), field(row, processor)};
    auto& rows = rows_[name];
    auto& spans = spans_[name];
    for (std::size_t i = 0; i < spans.size(); ++i) {
      if (spans[i].first <= *last && *first <= spans[i].last) {
        diagnostics_.add(where(row, first_layer),
                         "the span overlaps the one in line " + std::to_string(where(rows[i], first_layer).line),
                         "a layer is measured once on '" + name.first + "." + name.second + "'");
        return;
      }
    }
    spans.push_back({*first, *last, *time, {field(row, source), *strength}});
    rows.push_back(row);
  }

  std::optional<LayerId> layer(std::size_t row, Column column) {
    std::string const& name = field(row, column);
    auto const found = model_.find(name);
    if (found && found->valid()) return found;
    if (found) {
      diagnostics_.add(where(row, column), "'" + name + "' is no layer", "it is the model's input");
      return std::nullopt;
    }
    diagnostics_.add(where(row, column), "unknown layer '" + name + "'",
                     "model '" + model_.name() + "' has no layer of this name", model_.suggest(name));
    return std::nullopt;
  }

  std::optional<Seconds> seconds(std::size_t row) {
    std::string const& text = field(row, time_s);
    auto const number = parse_number(text);
    if (!number) {
      diagnostics_.add(where(row, time_s), "time_s is '" + text + "'", "it must be a finite number of seconds");
    } else if (*number < 0) {
      diagnostics_.add(where(row, time_s), "time_s is " + text, "it must be at least 0");
    } else {
      return Seconds(*number);
    }
    return std::nullopt;
  }

  std::optional<Grade> grade_of(std::size_t row) {
    std::string const& text = field(row, grade);
    std::vector<std::string> known;
    for (Grade const candidate : grades) {
      known.emplace_back(to_string(candidate));
      if (known.back() == text) return candidate;
    }
    diagnostics_.add(where(row, grade), "unknown grade '" + text + "'", {}, did_you_mean(text, known));
    return std::nullopt;
  }

  std::string const& file_;
  CsvTable const& table_;
  Model const& model_;
  Diagnostics& diagnostics_;
  std::array<std::size_t, column_count> columns_{};
  std::map<CostTrace::ProcessorName, std::vector<MeasuredSpan>> spans_;
  std::map<CostTrace::ProcessorName, std::vector<std::size_t>> rows_;  ///< of the spans, same indices
};

}  // namespace

std::optional<CostTrace> load_cost_trace(std::string const& file, std::string_view text, Model const& model,
                                         Diagnostics& diagnostics) {
  Diagnostics found;
  CsvTable const table = CsvTable::parse(file, text, found);
  TraceReader reader(file, table, model, found);
  if (found.ok() && reader.find_columns()) reader.read_rows();
  for (auto& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
  if (!found.ok()) return std::nullopt;
  return CostTrace(model.name(), reader.take_spans());
}

}  // namespace coinfer
