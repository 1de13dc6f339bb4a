// The cheapest way to divide a graph of layers among tiers in order, where costs add up: a minimum cut.
#pragma once

#include <cstdint>
#include <vector>

namespace coinfer {

/// Layers with a cost on each of `tiers` tiers, and tensors with a cost for each step from a tier to the next that they
/// are carried over. All costs are at least 0; infinity forbids a layer on a tier.
struct LayeredProblem {
  struct Tensor {
    std::uint32_t producer;              ///< a layer
    std::vector<std::uint32_t> readers;  ///< layers; later ones
    std::vector<double> step_cost;       ///< by step: from tier b to tier b + 1
  };
  std::uint32_t tiers = 1;
  std::vector<std::vector<double>> cost;  ///< by layer, by tier
  std::vector<Tensor> tensors;
};

struct LayeredCut {
  std::vector<std::uint32_t> tier_of;  ///< by layer; no reader stands before the tier of what it reads
  double cost = 0;                     ///< infinite where every division is forbidden
};

/// A division of least cost
///
///   sum of cost(layer, its tier) + sum of step costs over the steps between a tensor's producer and its last reader
///
/// so that a tensor with several readers pays each step once. Exact to 2^-50 of the largest possible cost, to which
/// capacities are rounded. Each layer is a chain of tiers - 1 nodes whose cut edge says where it stands (Ishikawa, Exact
/// optimization for Markov random fields with convex priors, TPAMI 25(10), 2003); with two tiers it is the cut of Hu et
/// al., DADS, INFOCOM 2019, whose auxiliary node makes a tensor cross once. Solved by Boykov and Kolmogorov's maximum flow
/// (TPAMI 26(9), 2004) of Boost.Graph.
LayeredCut minimum_cut(LayeredProblem const& problem);

}  // namespace coinfer
