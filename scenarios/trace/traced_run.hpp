// A run that leaves a trace.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "scenarios/results.hpp"
#include "scenarios/run/run_options.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// Runs the scenario (see `run`) and writes the trace to `file` while it does; results are the same bits as without. Past
/// `limit_bytes` no further tasks go into the trace. It is whole JSON however the run ends: one that fails leaves what
/// happened before. `notice` is what to tell the user of it.
Results traced_run(Scenario const& scenario, RunOptions options, std::filesystem::path const& file,
                   std::uint64_t limit_bytes, std::string& notice);

}  // namespace coinfer
