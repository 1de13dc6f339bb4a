// Minimum cuts against whoever tries every division.
#include <catch2/catch.hpp>
#include <limits>

#include "scenarios/planner/minimum_cut.hpp"
#include "sim/base/random.hpp"

namespace coinfer {
namespace {

double cost_of(LayeredProblem const& problem, std::vector<std::uint32_t> const& tier) {
  double sum = 0;
  for (std::size_t i = 0; i < tier.size(); ++i) sum += problem.cost[i][tier[i]];
  for (LayeredProblem::Tensor const& tensor : problem.tensors) {
    std::uint32_t last = tier[tensor.producer];
    for (std::uint32_t const reader : tensor.readers) {
      if (tier[reader] < tier[tensor.producer]) return std::numeric_limits<double>::infinity();
      last = std::max(last, tier[reader]);
    }
    for (std::uint32_t b = tier[tensor.producer]; b < last; ++b) sum += tensor.step_cost[b];
  }
  return sum;
}

}  // namespace

TEST_CASE("A tensor with two readers crosses once") {
  // Layer 0 stays at home for 1, on the other tier it costs 100; both readers cost 10 at home and 1 there; crossing
  // costs 5.
  LayeredProblem problem;
  problem.tiers = 2;
  problem.cost = {{1, 100}, {10, 1}, {10, 1}};
  problem.tensors = {{0, {1, 2}, {5}}};
  LayeredCut const cut = minimum_cut(problem);
  CHECK(cut.tier_of == std::vector<std::uint32_t>{0, 1, 1});
  CHECK(cut.cost == 8);
}

TEST_CASE("A minimum cut is the cheapest division of 500 random graphs over one to four tiers") {
  RandomStream stream(7, "tests.minimum_cut", 0);
  for (int round = 0; round < 500; ++round) {
    LayeredProblem problem;
    problem.tiers = 1 + static_cast<std::uint32_t>(round % 4);
    std::uint32_t const layers = 2 + static_cast<std::uint32_t>(stream.below(5));
    for (std::uint32_t i = 0; i < layers; ++i) {
      problem.cost.emplace_back();
      for (std::uint32_t t = 0; t < problem.tiers; ++t) {
        bool const never = problem.tiers > 1 && t > 0 && stream.uniform() < 0.1;
        problem.cost.back().push_back(never ? std::numeric_limits<double>::infinity() : stream.uniform());
      }
      LayeredProblem::Tensor tensor{i, {}, {}};
      for (std::uint32_t reader = i + 1; reader < layers; ++reader) {
        if (stream.uniform() < 0.4) tensor.readers.push_back(reader);
      }
      for (std::uint32_t b = 0; b + 1 < problem.tiers; ++b) tensor.step_cost.push_back(stream.uniform() / 2);
      problem.tensors.push_back(tensor);
    }
    double best = std::numeric_limits<double>::infinity();
    std::vector<std::uint32_t> tier(layers, 0);
    for (;;) {
      best = std::min(best, cost_of(problem, tier));
      std::size_t i = 0;
      while (i < tier.size() && ++tier[i] == problem.tiers) tier[i++] = 0;
      if (i == tier.size()) break;
    }
    INFO("round " << round);
    LayeredCut const cut = minimum_cut(problem);
    CHECK(cut.cost == Approx(best).epsilon(1e-12));
    CHECK(cost_of(problem, cut.tier_of) == cut.cost);
  }
}

}  // namespace coinfer
