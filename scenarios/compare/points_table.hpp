// points.csv read back: the runs of a sweep by point.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace coinfer {

/// One run that is ok.
struct PointRun {
  std::uint64_t seed = 0;
  std::vector<std::string> cells;  ///< by PointsTable::columns
};

struct PointsTable {
  std::vector<std::string> axes;
  std::vector<std::string> columns;  ///< of results
  /// By the values of the axes, as text, then by replication.
  std::map<std::vector<std::string>, std::map<std::uint64_t, PointRun>> points;
  std::uint64_t not_ok = 0;  ///< runs that failed or are invalid
  [[nodiscard]] std::optional<std::size_t> column(std::string const& name) const;
};

/// Whether a path is a table of points or the folder of one.
bool has_points(std::filesystem::path const& path);

/// From points.csv or the folder that holds it. Throws InputError where it is no such table, is of another schema version,
/// or names a point twice.
PointsTable load_points(std::filesystem::path const& path);

}  // namespace coinfer
