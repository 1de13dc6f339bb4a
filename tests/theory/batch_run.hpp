// Runs jobs through an iteration server in the kernel: the side of the theory tests that is under test. The other side,
// batch_recursions.hpp, knows nothing of the kernel.
#pragma once

#include <vector>

#include "tests/theory/batch_recursions.hpp"
#include "tests/theory/line_run.hpp"

namespace coinfer::theory {

/// By job. Jobs arrive at `arrivals_s`, in order, and each takes part in `iterations[job]` >= 1 iterations.
std::vector<Outcome> run_batches(std::vector<double> const& arrivals_s, std::vector<std::uint32_t> const& iterations,
                                 Batching const& batching);

}  // namespace coinfer::theory
