// manifest.json of a sweep: what was run, and how. The only file beside the journal that may differ between two runs of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/sweep/sweep_journal.hpp"

namespace coinfer {

/// What one call of `coinfer sweep` took.
struct SweepCall {
  std::uint32_t jobs = 1;
  std::uint64_t runs = 0;      ///< that this call ran; earlier ones may have left it some
  double wall_s = 0;           ///< from the start of the workers until the last run was on disk
  double peak_memory_mib = 0;  ///< of the largest of its processes
};

/// The text: the sweep and its scenario as they were read, the files that the scenario names with their hashes, the shards
/// that stand together, rules of the sweep that leave out nothing, and, unless merged, the last call.
std::string sweep_manifest(std::vector<SweepJournal> const& journals, std::optional<SweepCall> const& call);

}  // namespace coinfer
