// Workloads of one scenario in one table, for people.
#pragma once

#include <string>

#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// More workloads than these are told by the table alone; their details are in summary.json.
inline constexpr std::size_t detailed_workloads = 3;

/// One row a workload: median time to the first token and for each further one, median and 95th percentile of the latency,
/// requests per second (those that kept the objective, where there is one), bytes of a request in each direction (a dash
/// where the links are shared with others), and what the adversary who learns most makes of it. About 120 columns.
std::string side_by_side(Scenario const& scenario, Results const& results);

}  // namespace coinfer
