// From what a simulation left behind to what the user asked for.
#pragma once

#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// Statistics over completed requests outside the warm-up; use, energy and money over the whole run; scores over all
/// exposures, warm-up included, because what was seen was seen.
Results evaluate(Scenario const& scenario, RunRecord record);

}  // namespace coinfer
