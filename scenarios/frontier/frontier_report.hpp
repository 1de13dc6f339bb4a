// The frontier of `coinfer privacy frontier`, for people and for scripts.
#pragma once

#include <string>

#include "scenarios/frontier/frontier.hpp"

namespace coinfer {

/// One row a cut: what a request costs, then what each adversary achieves, a column a metric; columns that do not fit the
/// line go to further tables. Below, every word and mark that occurs, where the transition lies, and the sources.
std::string frontier_text(Frontier const& frontier);

/// One row per cut, adversary, metric and scale; a cut that could not run has one row. Absent values are empty, never 0.
/// Columns: scenario, workload, model, dataset; position (of the cut among all of the model, from 0), cut, alias (the
/// first), own (whether the scenario itself is cut there), protocol, failure; of a request latency_mean_s, latency_p95_s,
/// up_bytes, down_bytes, energy_j, cost_usd; throughput_per_s, load; adversary, metric, scale, more_private ("larger" or
/// "smaller", empty where cuts do not compare), leakage (a status), value, reason, answer_seen, attack, grade, citation,
/// tensor, exposures, pareto_optimal; transition (the methods whose zone the cut lies in, joined with ";").
std::string frontier_csv(Frontier const& frontier);

}  // namespace coinfer
