// Runs every point of a sweep, in several processes, and goes on where it was stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/catalog.hpp"
#include "scenarios/sweep/points_csv.hpp"
#include "scenarios/sweep/sweep.hpp"

namespace coinfer {

struct SweepOptions {
  std::filesystem::path out;
  std::uint32_t jobs = 1;  ///< processes
  SweepShard shard;
  bool results_folders = false;  ///< each run also writes what `coinfer run --out` does, into points/POINT-REPLICATION
  bool renew = false;            ///< begins anew in a folder that holds a sweep
};

/// So many runs of `total` are done, `before` of them by earlier calls.
using SweepProgress = std::function<void(std::uint64_t done, std::uint64_t before, std::uint64_t total)>;

struct SweepOutcome {
  bool interrupted = false;  ///< then there is no points.csv yet, and no summary
  std::uint64_t before = 0;  ///< runs that earlier calls had done
  std::uint64_t done = 0;    ///< runs that are done now
  std::uint64_t total = 0;   ///< of the shard
  PointsSummary summary;
};

/// Runs what of the sweep, or of the shard, the folder does not have yet, and writes points.csv and manifest.json; the
/// table has the same bytes whatever the number of processes and however often it was stopped. Every run that has come to
/// an end is on disk at once; those that failed or are invalid are rows like others, and a run whose process died is tried
/// again by the next call. Throws InputError and OutputError as SweepFolder does.
SweepOutcome run_sweep(Sweep const& sweep, Catalog const& catalog, SweepOptions const& options,
                       SweepProgress const& progress = {});

}  // namespace coinfer
