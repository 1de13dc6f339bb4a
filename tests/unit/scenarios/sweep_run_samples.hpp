// Rows and folders for the tests of what a sweep leaves on disk.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/sweep/sweep_journal.hpp"

namespace coinfer::samples {

/// A folder of its own for a test, gone at its end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "coinfer_sweep_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(TemporaryFolder const&) = delete;
  TemporaryFolder& operator=(TemporaryFolder const&) = delete;
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Three points of one axis, each run twice.
inline SweepIdentity three_by_two() {
  SweepIdentity identity;
  identity.name = "s";
  identity.version = "1";
  identity.points = 3;
  identity.replications = 2;
  identity.axes = {"rate"};
  identity.zips = {""};
  return identity;
}

inline PointRow row(std::uint64_t point, std::uint32_t replication, std::string const& latency_s) {
  PointRow made;
  made.point = point;
  made.replication = replication;
  made.seed = 7 + replication;
  made.levels = {std::to_string(10 * point)};
  made.columns = {{"latency_mean_s", ""}, {"events", ""}};
  made.values = {latency_s, "3"};
  return made;
}

}  // namespace coinfer::samples
