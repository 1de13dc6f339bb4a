// What a run leaks, as `coinfer run` tells it: by adversary, beside what the cut costs.
#pragma once

#include <string>

#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// For each adversary, who it is; for each workload, its cut with the latency and the bytes of a request, then a line per
/// score with the strongest attack, and the reason where nobody measured it. Citations are numbered and stand at the end,
/// once each. Of more workloads than `detailed_workloads` only scores that have a value, since the table of workloads has
/// said the rest. Empty where there is nothing to say.
std::string privacy_text(Scenario const& scenario, Results const& results);

}  // namespace coinfer
