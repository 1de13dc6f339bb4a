#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "scenarios/sweep/point_list.hpp"
#include "scenarios/sweep/range_values.hpp"
#include "sim/base/csv.hpp"

namespace coinfer {

namespace {

using Levels = std::vector<std::string>;

Axis list(std::string const& name, Levels const& values, std::string const& zip = "") {
  return Axis{name, {name}, values, std::nullopt, zip};
}

Axis range(std::string const& name, AxisRange const& numbers, std::string const& zip = "") {
  return Axis{name, {name}, {}, numbers, zip};
}

Sweep sweep_of(std::vector<Axis> axes) {
  Sweep sweep;
  sweep.axes = std::move(axes);
  return sweep;
}

Sweep sample_of(std::vector<Axis> axes, SampleDesign const& design) {
  Sweep sweep = sweep_of(std::move(axes));
  sweep.sample = design;
  return sweep;
}

std::vector<Levels> levels_of(Sweep const& sweep) {
  std::vector<Levels> levels;
  for (SweepPoint const& point : expand(sweep)) {
    CHECK(point.index == levels.size());
    levels.push_back(point.levels);
  }
  return levels;
}

/// The values of one axis at every point.
Levels column(Sweep const& sweep, std::size_t axis) {
  Levels values;
  for (SweepPoint const& point : expand(sweep)) values.push_back(point.levels[axis]);
  return values;
}

constexpr AxisRange from_2_to_6{2, 6, 0, false, false};

}  // namespace

TEST_CASE("Points of a grid are every combination, the last axis changing fastest") {
  CHECK(levels_of(sweep_of({list("a", {"1", "2"}), list("b", {"x", "y", "z"})})) ==
        std::vector<Levels>{{"1", "x"}, {"1", "y"}, {"1", "z"}, {"2", "x"}, {"2", "y"}, {"2", "z"}});
}

TEST_CASE("A sweep without axes is one point that sets nothing") {
  PointList const points = expand(Sweep{});
  REQUIRE(points.size() == 1);
  CHECK(points[0].levels.empty());
  CHECK(points[0].assignments.empty());
}

TEST_CASE("Zipped axes change together, at the place of the first of them") {
  CHECK(levels_of(sweep_of({list("a", {"1", "2"}, "pair"), list("b", {"x", "y"}), list("c", {"8", "9"}, "pair")})) ==
        std::vector<Levels>{{"1", "x", "8"}, {"1", "y", "8"}, {"2", "x", "9"}, {"2", "y", "9"}});
}

TEST_CASE("All fields of an axis are assigned its value, in order of axes and fields") {
  Sweep sweep = sweep_of({list("both", {"3"}), list("c", {"{ poisson {} }"})});
  sweep.axes[0].fields = {"devices[phone].count", "devices[cloud].count"};
  CHECK(expand(sweep)[0].assignments == Levels{"devices[phone].count=3", "devices[cloud].count=3", "c={ poisson {} }"});
}

TEST_CASE("Linear steps are the decimals one would write, and end exactly at the ends") {
  CHECK(grid_values({0, 1, 11, false, false}) ==
        Levels{"0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"});
  CHECK(grid_values({5, -1, 3, false, false}) == Levels{"5", "2", "-1"});
  // 0.1 + 0.2 in binary: an end is kept to its last bit, not to 15 digits.
  CHECK(grid_values({0.1 + 0.2, 1, 2, false, false}) == Levels{"0.30000000000000004", "1"});
  CHECK(grid_values({-1.5e308, 1.5e308, 3, false, false}) == Levels{"-1.5e+308", "0", "1.5e+308"});
  CHECK(grid_values({7, 7, 1, false, false}) == Levels{"7"});
}

TEST_CASE("Logarithmic steps have equal ratios, upwards and downwards") {
  CHECK(grid_values({0.001, 1000, 7, true, false}) == Levels{"0.001", "0.01", "0.1", "1", "10", "100", "1000"});
  CHECK(grid_values({8, 1, 4, true, false}) == Levels{"8", "4", "2", "1"});
  CHECK(grid_values({1e-300, 1e300, 3, true, false}) == Levels{"1e-300", "1", "1e+300"});
}

TEST_CASE("Whole values round half away from zero and are written without an exponent") {
  CHECK(grid_values({1, 4, 3, false, true}) == Levels{"1", "3", "4"});       // 2.5
  CHECK(grid_values({-1, -4, 3, false, true}) == Levels{"-1", "-3", "-4"});  // -2.5
  CHECK(grid_values({1, 1000000, 3, true, true}) == Levels{"1", "1000", "1000000"});
  CHECK(grid_values({-0.4, 2, 2, false, true}) == Levels{"0", "2"});
}

TEST_CASE("Skipped points are left out before points are numbered, all conditions of some rule must hold") {
  Sweep sweep = sweep_of({range("a", {1, 3, 3, false, false}), list("b", {"\"x\"", "y"})});
  sweep.skips = {{SkipWhere{0, {"1.0"}, {}, {}}, SkipWhere{1, {"x"}, {}, {}}}, {SkipWhere{0, {}, 2.5, {}}}};
  CHECK(levels_of(sweep) == std::vector<Levels>{{"1", "y"}, {"2", "\"x\""}, {"2", "y"}});
  sweep.skips = {{SkipWhere{0, {}, 2, 2}}};
  CHECK(levels_of(sweep) == std::vector<Levels>{{"1", "\"x\""}, {"1", "y"}, {"3", "\"x\""}, {"3", "y"}});
}

TEST_CASE("Skips see what a sample drew") {
  Sweep sweep = sample_of({range("a", from_2_to_6)}, {true, 8, 1});
  sweep.skips = {{SkipWhere{0, {}, {}, 3}}};  // the lowest two of eight parts
  Levels const kept = column(sweep, 0);
  CHECK(kept.size() == 6);
  for (std::string const& value : kept) CHECK(*parse_number(value) > 3);
}

TEST_CASE("A Latin hypercube uses each of as many parts as points once, on every axis, whatever the seed") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::uint32_t const n = static_cast<std::uint32_t>(7 * seed);
    Sweep const sweep =
        sample_of({range("a", from_2_to_6), range("b", {1, 10000, 0, true, false}), range("c", {1, -1, 0, false, false})},
                  {true, n, seed});
    std::set<double> linear;
    std::set<double> logarithmic;
    std::set<double> downwards;
    std::set<std::pair<double, double>> together;
    for (SweepPoint const& point : expand(sweep)) {
      double const a = std::floor((*parse_number(point.levels[0]) - 2) / 4 * n);
      double const b = std::floor(std::log10(*parse_number(point.levels[1])) / 4 * n);
      linear.insert(a);
      logarithmic.insert(b);
      downwards.insert(std::floor((1 - *parse_number(point.levels[2])) / 2 * n));
      together.insert({a, b});
    }
    INFO("seed " << seed);
    for (std::set<double> const& parts : {linear, logarithmic, downwards}) {
      CHECK(parts.size() == n);
      CHECK(*parts.begin() == 0);
      CHECK(*parts.rbegin() == n - 1);
    }
    bool diagonal = true;
    for (auto const& [a, b] : together) diagonal = diagonal && a == b;
    CHECK_FALSE(diagonal);  // the axes are shuffled by streams of their own
  }
}

TEST_CASE("A Latin hypercube uses the values of a list as evenly as can be, and each as often over many seeds") {
  std::map<std::string, int> over_seeds;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    std::map<std::string, int> uses;
    for (std::string const& value : column(sample_of({list("a", {"x", "y", "z"})}, {true, 5, seed}), 0)) ++uses[value];
    CHECK(uses.size() == 3);
    for (auto const& [value, times] : uses) {
      CHECK((times == 1 || times == 2));
      over_seeds[value] += times;
    }
  }
  // 500 expected; the number of seeds in which a value is used twice is binomial (300, 2/3), sd 8.2.
  for (auto const& [value, times] : over_seeds) CHECK(std::abs(times - 500) < 35);
  std::map<std::string, int> dice;
  for (std::string const& value : column(sample_of({range("a", {6, 1, 0, false, true})}, {true, 60, 3}), 0)) ++dice[value];
  CHECK(dice == std::map<std::string, int>{{"1", 10}, {"2", 10}, {"3", 10}, {"4", 10}, {"5", 10}, {"6", 10}});
}

TEST_CASE("A random sample is uniform over ranges and lists, and a longer one begins with a shorter one") {
  std::vector<Axis> const axes = {range("a", from_2_to_6), list("b", {"x", "y"}), range("c", {1, 3, 0, true, true})};
  Sweep const sweep = sample_of(axes, {false, 4000, 5});
  double sum = 0;
  std::map<std::string, int> letters;
  std::map<std::string, int> whole;
  for (SweepPoint const& point : expand(sweep)) {
    double const a = *parse_number(point.levels[0]);
    CHECK((a > 2 && a < 6));
    sum += a;
    ++letters[point.levels[1]];
    ++whole[point.levels[2]];
  }
  CHECK(std::fabs(sum / 4000 - 4) < 0.075);  // 4 sd of a mean: 4 / sqrt(12 * 4000) = 0.018
  CHECK(std::abs(letters["x"] - 2000) < 130);
  // Of log-uniform numbers from 0.5 to 3.5, log(1.5/0.5)/log(7) = 0.5646 round to 1 and log(3.5/2.5)/log(7) = 0.1729 to 3.
  CHECK(whole.size() == 3);
  CHECK(std::abs(whole["1"] - 2258) < 130);
  CHECK(std::abs(whole["3"] - 692) < 100);
  std::vector<Levels> const all = levels_of(sweep);
  std::vector<Levels> const fewer = levels_of(sample_of(axes, {false, 100, 5}));
  CHECK(std::equal(fewer.begin(), fewer.end(), all.begin()));
  CHECK(levels_of(sample_of(axes, {false, 100, 6})) != fewer);
}

TEST_CASE("An axis added at the end leaves the draws of the others as they are") {
  for (bool const latin_hypercube : {true, false}) {
    SampleDesign const design{latin_hypercube, 50, 9};
    Sweep const two = sample_of({range("a", from_2_to_6), list("b", {"x", "y", "z"})}, design);
    Sweep const three = sample_of({range("a", from_2_to_6), list("b", {"x", "y", "z"}), range("c", from_2_to_6)}, design);
    CHECK(column(two, 0) == column(three, 0));
    CHECK(column(two, 1) == column(three, 1));
    CHECK(column(three, 0) != column(three, 2));
  }
}

TEST_CASE("Zipped axes share one draw of a sample") {
  for (bool const latin_hypercube : {true, false}) {
    Sweep const sweep = sample_of({range("a", from_2_to_6, "z"), range("b", {20, 60, 0, false, false}, "z"),
                                   list("c", {"1", "2"}, "z"), list("d", {"x", "y"}, "z")},
                                  {latin_hypercube, 40, 2});
    for (SweepPoint const& point : expand(sweep)) {
      CHECK(*parse_number(point.levels[1]) == Approx(10 * *parse_number(point.levels[0])));
      CHECK((point.levels[2] == "1") == (point.levels[3] == "x"));
    }
  }
}

TEST_CASE("The first replication has the seed of the scenario, and all others have seeds of their own") {
  Sweep sweep;
  CHECK(seed_of(sweep, 7, 0, 0) == 7);
  CHECK(seed_of(sweep, 7, 5, 0) == 7);
  CHECK(seed_of(sweep, 7, 5, 3) == seed_of(sweep, 7, 0, 3));  // common random numbers
  CHECK(seed_of(sweep, 8, 5, 3) != seed_of(sweep, 7, 5, 3));
  std::set<std::uint64_t> common;
  for (std::uint32_t r = 0; r < 10000; ++r) common.insert(seed_of(sweep, 7, 0, r));
  CHECK(common.size() == 10000);
  sweep.independent_seeds = true;
  CHECK(seed_of(sweep, 7, 0, 0) == 7);
  std::set<std::uint64_t> independent;
  for (std::uint64_t p = 0; p < 100; ++p) {
    for (std::uint32_t r = 0; r < 100; ++r) independent.insert(seed_of(sweep, 7, p, r));
  }
  CHECK(independent.size() == 10000);
}

}  // namespace coinfer
