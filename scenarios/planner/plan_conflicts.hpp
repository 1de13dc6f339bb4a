// Why no placement keeps everything that it has to.
#pragma once

#include <string>
#include <vector>

#include "scenarios/planner/find_plan.hpp"

namespace coinfer {

/// The smallest sets of bounds without which some placement is possible, each bound in words; all sets of that size. One
/// empty set where nothing is possible even without bounds: no tier can run the layers.
std::vector<std::vector<std::string>> find_conflicts(PlanSetting const& setting, PlacementSearch& search);

/// What could be had of each bound with a number, one at a time, where only pins, memory and floors bind.
std::vector<BestOfBound> best_of_bounds(PlanSetting const& setting, PlacementSearch& search);

}  // namespace coinfer
