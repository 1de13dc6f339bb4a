// Placements of a model with too many legal cuts to list.
#pragma once

#include <vector>

#include "scenarios/planner/placement_legs.hpp"

namespace coinfer {

/// For every set of tiers that may be in use together, the placement of a minimum cut by latency, energy or money; nothing
/// for other figures. Layers cost what they take alone (a measured time of several layers is shared among them by their
/// rooflines, paging is left out), tensors what their bytes take from tier to tier; what does not depend on the placement
/// within a set (latencies of messages, entries of enclaves) is left to the price that decides among them. Pins hold; other
/// bounds are for the caller to check. With more than eight tiers sets of at most three.
std::vector<Placement> minimum_cut_placements(LegTable const& table, PlanFigure figure);

}  // namespace coinfer
