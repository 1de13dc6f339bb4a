#include "sim/kernel/steady_cost.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

double at(SteadyCost const& cost, std::uint32_t iteration) { return cost.first + iteration * cost.growth; }

}  // namespace

TEST_CASE("The sum over steady iterations is that of its terms") {
  SteadyCost const cost{3, 0.5};
  double sum = 0;
  for (std::uint32_t i = 0; i < 40; ++i) {
    CHECK(cost.sum(i) == sum);  // halves and whole numbers: exact
    sum += at(cost, i);
  }
}

TEST_CASE("The larger of two lines holds up to where they change places, and not one further") {
  SteadyCost const flat{10};
  // 4 + 2i is at most 10 for i = 0 ... 3.
  SteadyCost const rising{4, 2};
  SteadyCost const first = larger(flat, rising);
  CHECK(first.first == 10);
  CHECK(first.growth == 0);
  CHECK(first.steps == 4);
  CHECK(larger(rising, flat).steps == 4);
  SteadyCost const behind = larger({10}, {4 + 2 * 4.0, 2});
  CHECK(behind.first == 12);
  CHECK(behind.growth == 2);
  CHECK(behind.steps == SteadyCost::without_end);
  // Where both begin equal, the one that grows faster.
  CHECK(larger({5, 1}, {5, 3}).growth == 3);
  CHECK(larger({5, 3}, {5, 1}).steps == SteadyCost::without_end);
  CHECK(larger({5, 3, 7}, {1, 0, 9}).steps == 7);
}

TEST_CASE("A line is at most zero for as many iterations as it takes to rise above") {
  CHECK(steps_at_most_zero({1, -1}) == 0);
  CHECK(steps_at_most_zero({0, 0}) == SteadyCost::without_end);
  CHECK(steps_at_most_zero({-1, -1}) == SteadyCost::without_end);
  CHECK(steps_at_most_zero({0, 1}) == 1);
  CHECK(steps_at_most_zero({-3, 1}) == 4);
  CHECK(steps_at_most_zero({-3.5, 1}) == 4);
  CHECK(steps_at_most_zero({-1, 1e-30}) == SteadyCost::without_end);
}
