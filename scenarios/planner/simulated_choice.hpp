// Which placements are worth simulating.
#pragma once

#include <optional>
#include <vector>

#include "scenarios/planner/find_plan.hpp"

namespace coinfer {

/// How many of the best a search for something to simulate looks at; ranks are known that far.
std::size_t constexpr ranked_for_simulation = 200;

/// Requests that arrive a second on average; nothing where that is not given (a closed loop, a replayed trace).
std::optional<double> offered_rate_per_s(Workload const& workload);

/// At most `most` of `ranked` (the best of the closed form, the best first) and the Pareto front, by rank: first those
/// whose closed-form throughput is above the offered rate, of them first those on the front, then those of the least figure
/// of the objective. What the closed form already knows to overload is taken only where nothing else is left.
std::vector<PlanChoice> choices_to_simulate(PlanSetting const& setting, std::vector<PlanChoice> const& ranked,
                                            std::vector<PlanChoice> const& front, std::size_t most);

}  // namespace coinfer
