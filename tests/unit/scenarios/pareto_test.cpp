#include "scenarios/frontier/pareto.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace coinfer {

TEST_CASE("A choice is optimal unless another is as good in every respect and better in one") {
  // By hand: the third is beaten by the first (equal latency, more bytes), the fourth by the second.
  CHECK(pareto_optimal({{1, 9}, {5, 2}, {1, 10}, {6, 2}, {3, 5}}) == std::vector<bool>{true, true, false, false, true});
  CHECK(pareto_optimal({}).empty());
  CHECK(pareto_optimal({{7, 7, 7}}) == std::vector<bool>{true});
}

TEST_CASE("Choices that cost the same do not beat each other") {
  CHECK(pareto_optimal({{1, 2}, {1, 2}, {2, 2}}) == std::vector<bool>{true, true, false});
}

TEST_CASE("Infinite costs are worse than any and better than any, and two of them are equal") {
  double constexpr most = std::numeric_limits<double>::infinity();
  // The raw input is worth choosing only for its latency; nothing seen is worth any latency.
  CHECK(pareto_optimal({{1, most}, {2, most}, {2, 0.5}, {9, -most}}) == std::vector<bool>{true, false, true, true});
}

}  // namespace coinfer
