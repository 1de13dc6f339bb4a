// Figures of runs that are what they are: bytes, leakage, exposures, grades.
#pragma once

#include "scenarios/compare/comparison.hpp"
#include "scenarios/saved/saved_results.hpp"

namespace coinfer {

/// Adds a row for bytes up and down, for every leakage figure by adversary, workload, metric and scale (an unmeasured one
/// is not 0: it is "not measured", with its reason), for every count of exposures by adversary, workload and protection,
/// and for every input whose grade is not the same; one row says so where all are.
void add_exact_figures(Comparison& comparison, SavedResults const& a, SavedResults const& b);

}  // namespace coinfer
