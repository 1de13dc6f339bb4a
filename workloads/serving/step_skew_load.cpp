#include "workloads/serving/step_skew_load.hpp"

#include <array>
#include <limits>
#include <optional>

#include "sim/base/csv.hpp"

namespace coinfer {

namespace {

/// The upper bound of a bin: 64 of "n<=64", 0.15 of "sr<=15%", 16384 of "kvB<=16k", 0 of "kp=0", infinity of "sr>70%".
std::optional<double> bound_of(std::string_view label) {
  std::size_t const relation = label.find_last_of("=>");
  if (relation == std::string_view::npos) return std::nullopt;
  std::string_view number = label.substr(relation + 1);
  double factor = 1;
  if (number.ends_with('%')) factor = 0.01;
  if (number.ends_with('k')) factor = 1024;
  if (factor != 1) number.remove_suffix(1);
  auto const value = parse_number(number);
  if (!value || *value < 0) return std::nullopt;
  return label[relation] == '>' ? std::numeric_limits<double>::infinity() : *value * factor;
}

}  // namespace

std::shared_ptr<StepSkew const> load_step_skew(std::string const& file, std::string_view text, Diagnostics& diagnostics) {
  Diagnostics found;
  CsvTable const table = CsvTable::parse(file, text, found);
  constexpr std::array<char const*, 6> names = {"pc", "n_label", "kv_big_label", "kp_label", "skew_rate_label", "alpha"};
  std::array<std::size_t, names.size()> columns{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto const column = table.column(names[i]);
    if (!column) found.add(Location{file, 0, 0}, std::string("column '") + names[i] + "' is missing");
    columns[i] = column.value_or(0);
  }
  if (found.ok() && table.rows() == 0) found.add(Location{file, 0, 0}, "the table has no row");
  std::map<StepSkew::Bin, double> alphas;
  for (std::size_t row = 0; found.ok() && row < table.rows(); ++row) {
    std::array<double, names.size()> values{};
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::string const& field = table.at(row, columns[i]);
      bool const bin = i > 0 && i + 1 < names.size();
      auto const value = bin ? bound_of(field) : parse_number(field);
      if (!value) {
        found.add(table.where(row, columns[i]), std::string(names[i]) + " is '" + field + "'",
                  bin ? "a bin is written 'n<=64', 'sr<=15%', 'kvB<=16k', 'kp=0' or 'sr>70%'" : "it must be a number");
      }
      values[i] = value.value_or(0);
    }
    if (found.ok() && !alphas.try_emplace({values[0], values[1], values[2], values[3], values[4]}, values[5]).second) {
      found.add(table.where(row, columns[0]), "the combination of bins is given twice");
    }
  }
  for (auto& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
  return found.ok() ? std::make_shared<StepSkew const>(std::move(alphas)) : nullptr;
}

}  // namespace coinfer
