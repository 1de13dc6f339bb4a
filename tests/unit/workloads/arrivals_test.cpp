#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <vector>

#include "workloads/arrivals_table.hpp"

using namespace coinfer;

namespace {

std::vector<double> first_arrivals(ArrivalPattern const& pattern, std::size_t count, std::uint64_t seed = 1,
                                   std::uint64_t index = 0) {
  auto const arrivals = make_arrivals(pattern, seed, index);
  REQUIRE(arrivals != nullptr);
  std::vector<double> times;
  while (times.size() < count) {
    auto const time = arrivals->next();
    if (!time) break;
    times.push_back(time->value());
  }
  return times;
}

struct GapStatistics {
  double mean = 0;
  double cv = 0;
};

GapStatistics gap_statistics(std::vector<double> const& times) {
  double sum = 0;
  double squares = 0;
  double last = 0;
  for (double const time : times) {
    REQUIRE(time >= last);
    sum += time - last;
    squares += (time - last) * (time - last);
    last = time;
  }
  double const n = static_cast<double>(times.size());
  double const mean = sum / n;
  return {mean, std::sqrt(squares / n - mean * mean) / mean};
}

}  // namespace

TEST_CASE("Poisson arrivals have exponential gaps of the mean asked for") {
  // The mean of n exponential gaps has a standard error of 1/sqrt(n): five of them are 0.0112 here.
  auto const gaps = gap_statistics(first_arrivals(PoissonPattern{4}, 200'000, 11));
  CHECK(gaps.mean == Approx(0.25).epsilon(0.0112));
  CHECK(gaps.cv == Approx(1).epsilon(0.0112));
}

TEST_CASE("gamma arrivals have gaps of the mean and variation asked for") {
  for (double const cv : {0.25, 1.0, 3.0}) {
    INFO(cv);
    // Five standard errors of the mean; those of the variation are wider for heavy tails.
    auto const gaps = gap_statistics(first_arrivals(GammaPattern{10, cv}, 200'000, 12));
    CHECK(gaps.mean == Approx(0.1).epsilon(5 * cv / std::sqrt(200'000)));
    CHECK(gaps.cv == Approx(cv).epsilon(0.03));
  }
}

TEST_CASE("fixed-rate arrivals are evenly spaced without drift") {
  auto const times = first_arrivals(FixedRatePattern{10}, 1'000'000);
  CHECK(times[0] == 0.1);
  CHECK(times[2] == 0.3);
  CHECK(times.back() == 100'000);
}

TEST_CASE("replayed arrivals come at their times and end") {
  auto const times = std::make_shared<std::vector<Seconds> const>(std::vector{Seconds(0), Seconds(0.5), Seconds(0.5)});
  auto const arrivals = make_arrivals(ReplayPattern{times, 1}, 1, 0);
  CHECK(arrivals->next() == Seconds(0));
  CHECK(arrivals->row() == 0);
  CHECK(arrivals->next() == Seconds(0.5));
  CHECK(arrivals->next() == Seconds(0.5));
  CHECK(arrivals->row() == 2);
  CHECK_FALSE(arrivals->next().has_value());
  CHECK_FALSE(arrivals->next().has_value());
}

TEST_CASE("thinning keeps its share of the arrivals, each at its time") {
  std::vector<Seconds> recorded;
  for (int i = 0; i < 100'000; ++i) recorded.emplace_back(i);
  auto const times = std::make_shared<std::vector<Seconds> const>(recorded);
  auto const kept = first_arrivals(ReplayPattern{times, 0.1}, 200'000, 13);
  // Five standard deviations of a binomial count.
  CHECK(std::abs(static_cast<double>(kept.size()) - 10'000) < 5 * std::sqrt(100'000 * 0.1 * 0.9));
  for (double const time : kept) REQUIRE(time == std::floor(time));
  CHECK(kept == first_arrivals(ReplayPattern{times, 0.1}, 200'000, 13));
  CHECK(kept != first_arrivals(ReplayPattern{times, 0.1}, 200'000, 14));
}

TEST_CASE("arrivals depend on the seed and the workload's index and on nothing else") {
  for (ArrivalPattern const& pattern : {ArrivalPattern(PoissonPattern{3}), ArrivalPattern(GammaPattern{3, 2})}) {
    auto const times = first_arrivals(pattern, 100, 7, 2);
    CHECK(times == first_arrivals(pattern, 100, 7, 2));
    CHECK(times != first_arrivals(pattern, 100, 8, 2));
    CHECK(times != first_arrivals(pattern, 100, 7, 3));
  }
}

TEST_CASE("the table of arrivals names every kind once and makes all but the closed loop") {
  std::set<std::string_view> names;
  for (auto const& entry : arrivals_table()) {
    CHECK(names.insert(entry.name).second);
    CHECK_FALSE(entry.description.empty());
    CHECK((entry.make == nullptr) == (entry.name == "closed_loop"));
  }
  CHECK(names == std::set<std::string_view>{"poisson", "fixed_rate", "gamma", "closed_loop", "replay"});
  CHECK(make_arrivals(ClosedLoop{}, 1, 0) == nullptr);
}
