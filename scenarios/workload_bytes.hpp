// Bytes that one workload put on links, where they can be told from those of others.
#pragma once

#include <optional>

#include "scenarios/run/run_record.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// Bytes over all links, by direction.
struct WorkloadBytes {
  double up = 0;
  double down = 0;
};

/// What the requests of workload `index` put on the links they use, warm-up included. Links count what they carry, not for
/// whom: nothing where another workload may use one of the same links.
std::optional<WorkloadBytes> workload_bytes(Scenario const& scenario, RunRecord const& record, std::uint32_t index);

}  // namespace coinfer
