#include "scenarios/compare/difference.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "scenarios/compare/comparison.hpp"
#include "sim/base/random.hpp"

namespace coinfer {

namespace {

using Values = std::vector<double>;
std::size_t constexpr requests = 10000;

/// Latencies at a single server by Lindley's recursion, 70 % busy where `slower` is 1: exponential gaps and times of
/// service, from streams of their own so that two calls with one seed serve the same requests, and two with one seed and
/// other `draws` have the same arrivals.
std::vector<double> latencies_s(std::uint64_t seed, double slower, double busy = 0.7, std::uint64_t draws = 0) {
  RandomStream gaps(seed, "test.gap", 0);
  RandomStream services(seed, "test.service", draws);
  std::vector<double> latencies;
  double wait_s = 0;
  for (std::size_t i = 0; i < requests; ++i) {
    double const service_s = -std::log(services.uniform()) * busy * slower;
    latencies.push_back(wait_s + service_s);
    wait_s = std::max(0.0, wait_s + service_s + std::log(gaps.uniform()));
  }
  return latencies;
}

/// The five figures that `coinfer compare` has of a latency, decided together; `paired` says by which method.
Comparison compared(std::vector<double> const& a, std::vector<double> const& b, bool paired) {
  using Kind = Functional::Kind;
  Comparison comparison;
  for (Functional const& functional : {Functional{Kind::mean, 0},
                                       {Kind::quantile, 0.5},
                                       {Kind::quantile, 0.9},
                                       {Kind::quantile, 0.95},
                                       {Kind::quantile, 0.99}}) {
    FigureComparison& row = comparison.figures.emplace_back();
    row.figure = "latency_s";
    row.a = functional.of(a);
    row.b = functional.of(b);
    row.estimate = (paired ? paired_difference(a, b, functional) : independent_difference(a, b, functional)).estimate;
  }
  decide(comparison);
  return comparison;
}

int count(Comparison const& comparison, CompareVerdict verdict) {
  return static_cast<int>(std::count_if(comparison.figures.begin(), comparison.figures.end(),
                                        [&](FigureComparison const& row) { return row.verdict == verdict; }));
}

}  // namespace

TEST_CASE("A difference of replications is Student's t by hand") {
  // Differences 1, 2, 3: mean 2, standard deviation 1, error 1 / sqrt(3), t = 2 sqrt(3) = 3.4641 with 2 degrees of freedom:
  // two-sided p = 1 - t / sqrt(t^2 + 2) = 0.0741799; the 97.5 % point is 4.3026527.
  MaybeDifference const found = replications_difference(Values({10.0, 20, 30}), Values({11.0, 22, 33}), true);
  REQUIRE(found.estimate.has_value());
  CHECK(found.estimate->difference == 2);
  CHECK(found.estimate->p_value == Approx(0.0741799));
  CHECK(found.estimate->interval.low == Approx(2 - 4.3026527 / std::sqrt(3.0)));
  CHECK(found.estimate->interval.high == Approx(2 + 4.3026527 / std::sqrt(3.0)));
  CHECK(replications_difference(Values({1.0}), Values({2.0}), true).reason == "one replication has no spread");
}

TEST_CASE("A difference of replications with other seeds is Welch's t by hand") {
  // Means 20 and 11, variances of the means 100/3 and 4/2 (values 10, 20, 30 and 9, 13 with s^2 = 100 and 8): error
  // sqrt(37.3333), degrees of freedom 37.3333^2 / (33.3333^2 / 2 + 4^2 / 1) = 2.4384.
  MaybeDifference const found = replications_difference(Values({10.0, 20, 30}), Values({9.0, 13}), false);
  REQUIRE(found.estimate.has_value());
  CHECK(found.estimate->difference == -9);
  double const half = (found.estimate->interval.high - found.estimate->interval.low) / 2;
  CHECK(half / std::sqrt(100.0 / 3 + 8.0 / 2) > 3.1824);  // of 3 degrees of freedom
  CHECK(half / std::sqrt(100.0 / 3 + 8.0 / 2) < 4.3027);  // of 2
}

TEST_CASE("Holm's procedure rejects step by step, and stops at the first that may be chance") {
  Comparison comparison;
  for (double const p_value : {0.04, 0.0125, 0.017, 0.9}) {
    comparison.figures.emplace_back().estimate = DifferenceEstimate{-1, {-2, 0}, p_value};
  }
  decide(comparison);  // 0.0125 <= 0.05 / 4; 0.017 > 0.05 / 3 = 0.01667, and then none, though 0.04 <= 0.05 / 1
  std::vector<CompareVerdict> verdicts;
  for (FigureComparison const& figure : comparison.figures) verdicts.push_back(figure.verdict);
  using V = CompareVerdict;
  CHECK(verdicts == std::vector<V>{V::none_seen, V::lower, V::none_seen, V::none_seen});
  comparison.figures[2].estimate->p_value = 0.0166;
  decide(comparison);
  CHECK(comparison.figures[2].verdict == V::lower);
  CHECK(comparison.figures[0].verdict == V::none_seen);  // 0.04 > 0.05 / 2
}

TEST_CASE("Figures of the whole have half of the rate of false alarms, and do not drown among those of points") {
  Comparison comparison;
  comparison.figures.emplace_back().estimate = DifferenceEstimate{1, {0, 2}, 0.025};
  for (int point = 0; point < 1000; ++point) {
    FigureComparison& row = comparison.figures.emplace_back();
    row.at = "rate=" + std::to_string(point);
    row.estimate = DifferenceEstimate{1, {0, 2}, point == 0 ? 0.000025 : 0.9};
  }
  decide(comparison);
  CHECK(comparison.figures[0].verdict == CompareVerdict::higher);  // 0.025 <= 0.05 / 2 / 1
  CHECK(comparison.figures[1].verdict == CompareVerdict::higher);  // 0.000025 <= 0.05 / 2 / 1000
  comparison.figures[0].estimate->p_value = 0.026;
  comparison.figures[1].estimate->p_value = 0.000026;
  decide(comparison);
  CHECK(count(comparison, CompareVerdict::none_seen) == 1001);
}

TEST_CASE("Runs of one scenario with other seeds are called different at most as often as stated") {
  bool const same_arrivals = GENERATE(false, true);
  for (double const busy : {0.5, 0.7, 0.9}) {
    int alarms = 0;
    std::uint64_t constexpr pairs = 100;
    for (std::uint64_t pair = 0; pair < pairs; ++pair) {
      std::uint64_t const other = same_arrivals ? 2 * pair + 1 : 2 * pair + 2;
      Comparison const comparison =
          compared(latencies_s(2 * pair + 1, 1, busy), latencies_s(other, 1, busy, 1), same_arrivals);
      int const differences = count(comparison, CompareVerdict::lower) + count(comparison, CompareVerdict::higher);
      alarms += differences > 0 ? 1 : 0;
    }
    CAPTURE(busy, same_arrivals, alarms);
    CHECK(alarms <= false_alarm_rate * static_cast<double>(pairs));
  }
}

TEST_CASE("A server that is 5 % slower is found in every figure, where both runs served the same requests") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    Comparison const comparison = compared(latencies_s(seed, 1), latencies_s(seed, 1.05), true);
    CHECK(count(comparison, CompareVerdict::higher) == 5);
    CHECK(is_worse_by(comparison.figures[0], 2));
    CHECK_FALSE(is_worse_by(comparison.figures[0], 200));
  }
}

TEST_CASE("Sections that hang together give no estimate") {
  std::vector<double> const busy = latencies_s(1, 1, 0.999);
  CHECK_FALSE(independent_difference(busy, latencies_s(2, 1, 0.999), Functional{}).estimate.has_value());
  std::vector<double> ramp;
  for (int i = 0; i < 1000; ++i) ramp.push_back(i);
  std::vector<double> const still(1000, 1);
  CHECK(paired_difference(ramp, still, Functional{}).reason ==
        "sections of the run hang together: a longer run tells more");
}

TEST_CASE("What differs by the rounding of sums is no difference, and no spread either") {
  Values a;
  Values b;
  for (int i = 0; i < 4000; ++i) {
    a.push_back(1 + i * 1e-16);
    b.push_back(a.back() + 0.25);
  }
  MaybeDifference const found = paired_difference(a, b, Functional{Functional::Kind::quantile, 0.5});
  REQUIRE(found.estimate.has_value());
  CHECK(found.estimate->p_value == 0);
  CHECK(paired_difference(a, a, Functional{}).estimate->p_value == 1);
  for (double& value : b) value -= 0.25 - 1e-13;
  CHECK(paired_difference(a, b, Functional{}).estimate->p_value == 1);
}

TEST_CASE("Too few requests for a figure are told, and how many it takes") {
  std::vector<double> const few(999, 1);
  CHECK(paired_difference(few, few, Functional{Functional::Kind::quantile, 0.95}).reason ==
        "999 requests are too few, at least 2000 are needed");
  CHECK(paired_difference(few, few, Functional{}).estimate.has_value());
}

TEST_CASE("What a user prefers decides whether a difference is for the worse") {
  CHECK(preferred("latency_s.p95") == Preferred::lower);
  CHECK(preferred("chat.latency_p95_s") == Preferred::lower);
  CHECK(preferred("workloads[chat].throughput_per_s") == Preferred::higher);
  CHECK(preferred("throughput_per_s") == Preferred::higher);
  CHECK(preferred("privacy[cloud/w/ssim]") == Preferred::lower);
  CHECK(preferred("leakage.cloud.mse.per_element_peak_1") == Preferred::higher);
  CHECK(preferred("exposure_counts[cloud/w/clear]") == Preferred::lower);
  CHECK(preferred("bottleneck") == Preferred::neither);
  FigureComparison figure = exact_figure("energy_j", 100, 103);
  CHECK(is_worse_by(figure, 2.9));
  CHECK_FALSE(is_worse_by(figure, 3));
  figure = exact_figure("throughput_per_s", 100, 110);
  CHECK_FALSE(is_worse_by(figure, 0));
  figure.estimate = DifferenceEstimate{-5, {-9, -1}, 0.001};
  figure.verdict = CompareVerdict::lower;
  CHECK(is_worse_by(figure, 0.5));
  CHECK_FALSE(is_worse_by(figure, 1));  // the interval ends at exactly 1 %
}

TEST_CASE("What is known of A and unknown of B is lost, where one would rather have less or more of it") {
  CHECK(is_lost_in_b(exact_figure("latency_s.p95", 1, std::nullopt)));
  CHECK(is_lost_in_b(exact_figure("energy_j.value", 1, std::nullopt)));
  CHECK_FALSE(is_lost_in_b(exact_figure("latency_s.p95", std::nullopt, 1)));
  CHECK_FALSE(is_lost_in_b(exact_figure("bottleneck_index", 1, std::nullopt)));
  FigureComparison leakage = exact_figure("privacy[cloud/w/mse]", 0.1, std::nullopt);
  CHECK(is_lost_in_b(leakage));
  leakage.b_words = "raw_input";
  leakage.verdict = CompareVerdict::differs;
  CHECK(is_worse_by(leakage, 1e6));
  std::swap(leakage.a, leakage.b);
  std::swap(leakage.a_words, leakage.b_words);
  CHECK_FALSE(is_worse_by(leakage, 0));
  leakage.b.reset();
  leakage.verdict = CompareVerdict::not_in_b;
  CHECK_FALSE(is_lost_in_b(leakage));  // the raw input was seen before
}

}  // namespace coinfer
