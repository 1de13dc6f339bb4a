// Quantiles and intervals.
#include "sim/kernel/statistics.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/base/random.hpp"

using namespace coinfer;

TEST_CASE("Quantiles are exact and of nearest rank") {
  std::vector<double> samples = {5, 1, 4, 2, 3};
  CHECK(quantile(samples, 0.5) == 3);
  CHECK(quantile(samples, 0.2) == 1);
  CHECK(quantile(samples, 0.21) == 2);
  CHECK(quantile(samples, 1.0) == 5);
  std::vector<double> hundred;
  for (int i = 100; i >= 1; --i) hundred.push_back(i);
  std::optional<Summary> const summary = summarise(hundred);
  REQUIRE(summary.has_value());
  CHECK(summary->p99 == 99);
  CHECK(summary->p95 == 95);
  CHECK(summary->max == 100);
  CHECK(summary->mean == 50.5);
}

TEST_CASE("Nothing is summarised from no samples") {
  std::vector<double> none;
  CHECK_FALSE(summarise(none).has_value());
}

TEST_CASE("A compensated sum keeps what a plain one loses") {
  std::vector<double> const samples = {1.0, 1e100, 1.0, -1e100};
  CHECK(exact_sum(samples) == 2.0);
}

TEST_CASE("The interval of independent samples covers the mean in about 95 of 100 runs") {
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    RandomStream stream(seed, "test", 0);
    std::vector<double> samples;
    for (int i = 0; i < 400; ++i) samples.push_back(stream.uniform());
    Interval const interval = batch_means_interval(samples).value();
    if (interval.low <= 0.5 && 0.5 <= interval.high) ++covered;
  }
  // Binomial(1000, 0.95) has a standard deviation of 6.9; four of them either side.
  CHECK(covered >= 922);
  CHECK(covered <= 978);
}

TEST_CASE("Too few samples have no interval") {
  std::vector<double> const few(199, 1.0);
  CHECK_FALSE(batch_means_interval(few).has_value());
}
