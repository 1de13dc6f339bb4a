#include "scenarios/gate/verdict.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace coinfer {

namespace {

Expectation at_most(double bound) {
  Expectation expectation;
  expectation.metric = "latency_s.p95";
  expectation.at_most = bound;
  return expectation;
}

Expectation at_least(double bound) {
  Expectation expectation;
  expectation.metric = "throughput_per_s";
  expectation.at_least = bound;
  return expectation;
}

FigureValue sampled(double value, double low, double high) {
  FigureValue figure;
  figure.value = value;
  figure.variation = Variation::sampled;
  figure.interval = Interval{low, high};
  return figure;
}

FigureValue total(double value) {
  FigureValue figure;
  figure.value = value;
  figure.no_interval = "a total";
  return figure;
}

FigureValue fixed(double value) {
  FigureValue figure = total(value);
  figure.variation = Variation::none;
  return figure;
}

FigureValue absent(FigureValue::Keeps keeps = FigureValue::Keeps::none) {
  FigureValue figure;
  figure.absence = "nobody measured it";
  figure.variation = Variation::none;
  figure.keeps = keeps;
  return figure;
}

Verdict of(Expectation const& expectation, FigureValue const& figure) { return decide(expectation, figure).verdict; }

ExpectationVerdict over(Expectation const& expectation, std::vector<FigureValue> const& figures) {
  std::vector<ExpectationVerdict> replications;
  for (FigureValue const& figure : figures) replications.push_back(decide(expectation, figure));
  return over_replications(replications);
}

}  // namespace

TEST_CASE("An interval decides only where all of it lies on one side of the bound, ends count as within") {
  CHECK(of(at_most(2), sampled(1, 0.5, 1.5)) == Verdict::met);
  CHECK(of(at_most(1.5), sampled(1, 0.5, 1.5)) == Verdict::met);
  CHECK(of(at_most(1.4), sampled(1, 0.5, 1.5)) == Verdict::not_decided);
  CHECK(of(at_most(0.5), sampled(1, 0.5, 1.5)) == Verdict::not_decided);
  CHECK(of(at_most(0.4), sampled(1, 0.5, 1.5)) == Verdict::missed);
  CHECK(of(at_least(0.5), sampled(1, 0.5, 1.5)) == Verdict::met);
  CHECK(of(at_least(0.6), sampled(1, 0.5, 1.5)) == Verdict::not_decided);
  CHECK(of(at_least(1.6), sampled(1, 0.5, 1.5)) == Verdict::missed);
  CHECK(decide(at_most(1.4), sampled(1, 0.5, 1.5)).reason ==
        "the interval 0.5 to 1.5 straddles the bound: more requests or replications would decide");
  CHECK_FALSE(decide(at_most(1.4), sampled(1, 0.5, 1.5)).passes());
}

TEST_CASE("Two bounds hold a figure between them") {
  Expectation both = at_most(2);
  both.at_least = 1;
  CHECK(of(both, sampled(1.5, 1.1, 1.9)) == Verdict::met);
  CHECK(of(both, sampled(1.5, 0.9, 1.9)) == Verdict::not_decided);
  CHECK(of(both, sampled(1.5, 0.5, 2.5)) == Verdict::not_decided);
  CHECK(of(both, sampled(0.7, 0.5, 0.9)) == Verdict::missed);
  CHECK(of(both, sampled(3, 2.5, 3.5)) == Verdict::missed);
  CHECK(bounds_text(both) == "at least 1 and at most 2");
}

TEST_CASE("An expectation that goes by value does not look at the interval") {
  Expectation expectation = at_most(1.4);
  expectation.by_interval = false;
  CHECK(of(expectation, sampled(1, 0.5, 1.5)) == Verdict::met);
  CHECK(of(expectation, sampled(1.45, 1.3, 1.6)) == Verdict::missed);
  CHECK(decide(expectation, sampled(1, 0.5, 1.5)).reason == "by its value, as it asks");
}

TEST_CASE("A total is decided by its value, and the reason says why") {
  CHECK(of(at_most(2), total(2)) == Verdict::met);
  CHECK(of(at_most(2), total(2.5)) == Verdict::missed);
  CHECK(decide(at_most(2), total(1)).reason == "by its value: a total");
}

TEST_CASE("What no interval speaks for is missed beyond the bound and not decided within it") {
  FigureValue figure = total(1);
  figure.unsettled = true;
  figure.no_interval = "too few requests";
  CHECK(of(at_most(2), figure) == Verdict::not_decided);
  CHECK(decide(at_most(2), figure).reason == "too few requests (decide_by: VALUE takes the value alone)");
  CHECK(of(at_most(0.5), figure) == Verdict::missed);
  Expectation by_value = at_most(2);
  by_value.by_interval = false;
  CHECK(of(by_value, figure) == Verdict::met);
}

TEST_CASE("What is not measured fails unless that is allowed, and keeps a bound only where nothing was seen") {
  CHECK(of(at_least(1), absent()) == Verdict::not_measured);
  CHECK_FALSE(decide(at_least(1), absent()).passes());
  Expectation allowed = at_least(1);
  allowed.allow_unmeasured = true;
  CHECK(of(allowed, absent()) == Verdict::allowed);
  CHECK(decide(allowed, absent()).passes());
  CHECK(of(at_least(1), absent(FigureValue::Keeps::at_least)) == Verdict::met);
  CHECK(of(at_most(1), absent(FigureValue::Keeps::at_least)) == Verdict::not_measured);
  CHECK(of(at_most(1), absent(FigureValue::Keeps::at_most)) == Verdict::met);
}

TEST_CASE("A total that leaves something out keeps no upper bound and misses no lower one") {
  FigureValue money = total(5);
  money.leaves_out = "without the price of 'phone'";
  CHECK(of(at_most(6), money) == Verdict::not_measured);
  CHECK(decide(at_most(6), money).reason == "it is at least that, without the price of 'phone'");
  CHECK(of(at_most(4), money) == Verdict::missed);
  CHECK(of(at_least(5), money) == Verdict::met);
  CHECK(of(at_least(6), money) == Verdict::not_measured);
  Expectation allowing = at_most(6);
  allowing.allow_unmeasured = true;
  CHECK(of(allowing, money) == Verdict::allowed);
  CHECK(of(allowing, total(5)) == Verdict::met);
  CHECK(over(at_most(6), {money, money}).verdict == Verdict::not_measured);
}

TEST_CASE("One replication is decided as the run is") {
  ExpectationVerdict const run = decide(at_most(1.4), sampled(1, 0.5, 1.5));
  ExpectationVerdict const point = over(at_most(1.4), {sampled(1, 0.5, 1.5)});
  CHECK(point.verdict == run.verdict);
  CHECK(point.reason == run.reason);
  CHECK(point.figure.interval->high == 1.5);
}

TEST_CASE("Several replications are decided by Student's interval over their values, not by their own intervals") {
  // Mean 2, standard deviation 1, t_2 / sqrt(3) = 2.484.
  std::vector<FigureValue> const figures = {sampled(1, 0, 9), sampled(2, 0, 9), sampled(3, 0, 9)};
  ExpectationVerdict const verdict = over(at_most(4.5), figures);
  CHECK(verdict.verdict == Verdict::met);
  CHECK(*verdict.figure.value == 2);
  CHECK(verdict.figure.interval->high == Approx(2 + 4.302652729911275 / std::sqrt(3.0)));
  CHECK(over(at_most(4.4), figures).verdict == Verdict::not_decided);
  CHECK(over(at_most(-0.5), figures).verdict == Verdict::missed);
  // A total has an interval then, too.
  CHECK(over(at_most(4.4), {total(1), total(2), total(3)}).verdict == Verdict::not_decided);
  CHECK(over(at_most(0), {total(0), total(0)}).verdict == Verdict::met);
}

TEST_CASE("What must hold in each run is decided by the worst replication, which is named") {
  ExpectationVerdict const verdict = over(at_least(1), {fixed(3), fixed(0.5), fixed(0.7)});
  CHECK(verdict.verdict == Verdict::missed);
  CHECK(*verdict.figure.value == 0.5);
  CHECK(verdict.reason == "replication 1 of 3: by its value: a total");
  CHECK(over(at_least(1), {fixed(3), fixed(3)}).reason == "by its value: a total");
  CHECK(over(at_least(1), {fixed(3), absent()}).verdict == Verdict::not_measured);
  CHECK(over(at_least(1), {absent(FigureValue::Keeps::at_least), fixed(2)}).verdict == Verdict::met);
  CHECK(over(at_least(1), {absent(FigureValue::Keeps::at_least), fixed(0.5)}).verdict == Verdict::missed);
}

TEST_CASE("A replication without a value, or that does not keep up, leaves the point undecided") {
  FigureValue none = sampled(1, 0.9, 1.1);
  none.value.reset();
  none.interval.reset();
  none.absence = "no request";
  ExpectationVerdict const lacking = over(at_most(2), {sampled(1, 0.9, 1.1), none});
  CHECK(lacking.verdict == Verdict::not_measured);
  CHECK(lacking.reason == "replication 1 of 2: no request");
  FigureValue behind = sampled(1, 0.9, 1.1);
  behind.interval.reset();
  behind.unsettled = true;
  behind.keeps_up = false;
  behind.no_interval = "the run is OVERLOADED";
  CHECK(over(at_most(2), {sampled(1, 0.9, 1.1), behind}).verdict == Verdict::not_decided);
  CHECK(over(at_most(0.5), {sampled(1, 0.9, 1.1), behind}).verdict == Verdict::missed);
  // Too few requests for an interval of their own matter to a single run only.
  FigureValue few = behind;
  few.keeps_up = true;
  CHECK(over(at_most(2), {few, few}).verdict == Verdict::met);
}

}  // namespace coinfer
