// The folder of a sweep: its journal, and at the end points.csv and manifest.json.
#pragma once

#include <filesystem>

#include "scenarios/sweep/sweep_identity.hpp"

namespace coinfer {

/// A folder that this process, and no other, fills. It is created where it is not there, goes on where the same sweep was
/// stopped, and is held until this goes.
class SweepFolder {
 public:
  /// `renew` empties a folder that holds a sweep, this one or another. Throws InputError where the folder holds another
  /// sweep and `renew` is not set, something else than a sweep, or is held by another process; OutputError where it cannot
  /// be written.
  SweepFolder(std::filesystem::path const& path, SweepIdentity const& identity, bool renew);
  ~SweepFolder();
  SweepFolder(SweepFolder const&) = delete;
  SweepFolder& operator=(SweepFolder const&) = delete;

  [[nodiscard]] std::filesystem::path const& path() const { return path_; }
  [[nodiscard]] std::filesystem::path points_csv() const { return path_ / "points.csv"; }
  /// Puts manifest.json in the place of the one that is there, in one step. Throws OutputError.
  void write_manifest(std::string const& text) const;
  [[nodiscard]] bool has_manifest() const { return std::filesystem::exists(path_ / "manifest.json"); }
  /// Where the results of one run go, on request.
  [[nodiscard]] std::filesystem::path results_of(std::uint64_t point, std::uint32_t replication) const;

 private:
  void check(bool renew, SweepIdentity const& identity) const;
  void lock();

  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace coinfer
