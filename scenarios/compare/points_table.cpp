#include "scenarios/compare/points_table.hpp"

#include <algorithm>

#include "scenarios/report/report.hpp"
#include "sim/base/csv.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

std::size_t constexpr before_axes = 3;  // point, replication, seed

[[noreturn]] void refuse(Location where, std::string const& problem, std::string const& why) {
  Diagnostics diagnostics;
  diagnostics.add(std::move(where), problem, why);
  throw InputError(diagnostics);
}

std::uint64_t whole_number(CsvTable const& table, std::size_t row, std::size_t column) {
  std::string const& text = table.at(row, column);
  bool const digits = !text.empty() && text.size() < 21 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits) refuse(table.where(row, column), "'" + text + "' is no whole number", {});
  return std::stoull(text);
}

void check_version(std::string const& file, std::string const& text) {
  std::string const first = text.substr(0, text.find('\n'));
  std::string const ours = "# schema_version: " + std::to_string(schema_version);
  if (first == ours) return;
  refuse({file, 1, 1}, "the first line is '" + first.substr(0, 40) + "'",
         "a table that this program reads begins with '" + ours + "'");
}

}  // namespace

std::optional<std::size_t> PointsTable::column(std::string const& name) const {
  auto const found = std::find(columns.begin(), columns.end(), name);
  return found == columns.end() ? std::nullopt : std::optional<std::size_t>(found - columns.begin());
}

bool has_points(fs::path const& path) {
  std::error_code missing;
  if (fs::is_directory(path, missing)) {
    bool const is_run = fs::exists(path / "summary.json", missing);
    return !is_run && (fs::exists(path / "points.csv", missing) || fs::is_directory(path / "journal", missing));
  }
  return path.extension() == ".csv";
}

PointsTable load_points(fs::path const& path) {
  fs::path const file = fs::is_directory(path) ? path / "points.csv" : path;
  if (!fs::exists(file)) throw InputError(path.string() + ": no points.csv (the sweep has not come to its end)");
  std::string const text = read_file(file);
  check_version(file.string(), text);
  Diagnostics diagnostics;
  CsvTable const table = CsvTable::parse(file.string(), text, diagnostics);
  if (!diagnostics.ok()) throw InputError(diagnostics);
  std::optional<std::size_t> const status = table.column("status");
  std::vector<std::string> const& header = table.header();
  bool const is_ours = status && *status >= before_axes && header.size() > *status + 1 && header[0] == "point" &&
                       header[1] == "replication" && header[2] == "seed" && header[*status + 1] == "reason";
  if (!is_ours) refuse({file.string(), 2, 1}, "no table of points", "its columns are not those of coinfer sweep");
  auto const at = [&header](std::size_t index) { return header.begin() + static_cast<std::ptrdiff_t>(index); };
  PointsTable points;
  points.axes.assign(at(before_axes), at(*status));
  points.columns.assign(at(*status + 2), header.end());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.at(row, *status) != "ok") {
      ++points.not_ok;
      continue;
    }
    std::vector<std::string> levels;
    for (std::size_t c = before_axes; c < *status; ++c) levels.push_back(table.at(row, c));
    PointRun run{whole_number(table, row, 2), {}};
    for (std::size_t c = *status + 2; c < header.size(); ++c) run.cells.push_back(table.at(row, c));
    if (!points.points[levels].try_emplace(whole_number(table, row, 1), std::move(run)).second) {
      refuse(table.where(row, 0), "a second run of this point and replication", "which of the two is meant?");
    }
  }
  return points;
}

}  // namespace coinfer
