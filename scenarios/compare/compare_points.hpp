// Two sweeps of the same points, figure by figure.
#pragma once

#include "scenarios/compare/comparison.hpp"
#include "scenarios/compare/points_table.hpp"

namespace coinfer {

/// Every figure of the results, over all points that both have (`at` is empty: the mean over points), and at each of them;
/// not yet decided (see `decide`). Replications are the samples: paired where they have the same seeds. A figure that is
/// the same in all replications of both is exact; so are words. With one replication nothing else can be compared. Throws
/// InputError where the axes differ or no point is in both.
Comparison compare_points(PointsTable const& a, PointsTable const& b);

}  // namespace coinfer
