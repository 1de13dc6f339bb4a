// Latency, token times and throughput of the requests of a run.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// Of one workload, or of all. Statistics are over completed requests outside the warm-up. A request keeps its workload's
/// objective if it keeps every part of it that applies: a time per token needs a second token.
WorkloadResult request_statistics(Scenario const& scenario, RunRecord const& record, std::optional<std::uint32_t> workload);

/// Whether the request, which was completed, keeps every part of the objective that applies to it.
bool keeps_objective(RequestRecord const& request, ServiceObjective const& objective);

/// From arrival to the first token at the data owner; nothing where the request has no tokens.
std::optional<double> time_to_first_token_s(RequestRecord const& request);
/// Mean gap between the tokens of a completed request that got at least two; nothing otherwise.
std::optional<double> time_per_token_s(RequestRecord const& request);

}  // namespace coinfer
