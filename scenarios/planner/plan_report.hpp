// The answer of `coinfer plan`, for people and for scripts.
#pragma once

#include <string>

#include "scenarios/planner/find_plan.hpp"

namespace coinfer {

/// The question, what was searched, a table of the best placements with the closed form beside the simulation, what the
/// order and the marks mean, each placement as the `--set` assignments that run it, and the Pareto front. Where nothing
/// keeps all bounds: which ones bind, and what could be had of each.
std::string plan_text(PlanAnswer const& answer);

/// One row a placement: the best ones and the scenario's own ("choice"), then the rest of the Pareto front ("front").
/// Absent values are empty, never 0. Columns: kind, place (in the order of the table, from 1), rank (by the closed form),
/// own, pareto_optimal, placement, protocol, latency_s, throughput_per_s, bottleneck, energy_j, cost_usd, bytes, places,
/// leakage (a status), leakage_value, misses (joined with "; "), simulated_latency_mean_s, simulated_latency_p95_s,
/// simulated_latency_p99_s, simulated_throughput_per_s, simulated_energy_j, simulated_cost_usd, simulated_load,
/// simulated_misses, failure, assignments (joined with a blank, each in single quotes).
std::string plan_csv(PlanAnswer const& answer);

}  // namespace coinfer
