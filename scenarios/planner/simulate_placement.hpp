// A placement under the load of its scenario.
#pragma once

#include <string>
#include <vector>

#include "scenarios/planner/find_plan.hpp"

namespace coinfer {

/// Runs the scenario with these assignments as `coinfer run` would. What it misses are the bounds that a run decides
/// (percentiles of latency, which nothing decides where no request counted) and the scenario's privacy floors.
SimulatedPlacement simulate_placement(PlanRequest const& request, PlanSetting const& setting,
                                      std::vector<std::string> const& assignments, Catalog const& catalog);

}  // namespace coinfer
