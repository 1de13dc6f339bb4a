// How iteration servers fared over a run.
#pragma once

#include <vector>

#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// The servers that some workload uses, in the scenario's order.
std::vector<ServerResult> server_use(Scenario const& scenario, RunRecord const& record);

}  // namespace coinfer
