#include "scenarios/compare/compare_runs.hpp"

#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>

#include "scenarios/compare/comparison_report.hpp"
#include "scenarios/compare/input_differences.hpp"
#include "scenarios/report/report.hpp"
#include "scenarios/run/run.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"
#include "tests/unit/scenarios/sweep_run_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

/// Two layers of a second each on a phone that is asked every 4 s on average, the second one in the cloud.
std::string shop(std::string const& arrivals = "arrivals { poisson { rate_per_s: 0.25 } }\n") {
  return "name: 's'\n" + device("phone") + device("cloud") + link("access", "phone", "cloud") +
         workload("w", "phone", split + arrivals) +
         "adversaries { name: 'curious' domains: 'cloud owner' knowledge: WHITE_BOX }\nstop { requests: 2500 }\n";
}

/// What `coinfer compare` finds between a scenario with some settings and the same with others.
Comparison compared(std::string const& text, std::vector<std::string> const& a, std::vector<std::string> const& b) {
  TemporaryFolder const folder;
  char const* name = "a";
  for (std::vector<std::string> const& settings : {a, b}) {
    Scenario const scenario = scenario_of(text, {settings, std::nullopt});
    write_report(scenario, run(scenario), {}, folder.path() / name, false);
    name = "b";
  }
  Comparison comparison = compare_runs(load_results(folder.path() / "a"), load_results(folder.path() / "b"));
  decide(comparison);
  return comparison;
}

FigureComparison const& row(Comparison const& comparison, std::string const& figure) {
  auto const found = std::find_if(comparison.figures.begin(), comparison.figures.end(),
                                  [&](FigureComparison const& one) { return one.figure == figure; });
  INFO(figure << "\n" << comparison_text(comparison));
  REQUIRE(found != comparison.figures.end());
  return *found;
}

std::string verdict(Comparison const& comparison, std::string const& figure) {
  return verdict_text(row(comparison, figure));
}

}  // namespace

TEST_CASE("A run equals itself in everything") {
  Comparison const comparison = compared(shop(), {}, {});
  for (FigureComparison const& figure : comparison.figures) {
    CAPTURE(figure.figure);
    CHECK(verdict_text(figure) ==
          (figure.figure == "privacy[curious/w]" ? "not comparable: not measured in either" : "equal"));
  }
  CHECK(comparison.inputs.empty());
  CHECK(comparison.decided() == 0);
  CHECK(verdict(compared(shop(), {}, {"name=\"other\""}), "privacy[curious/w]") ==
        "not comparable: not measured in either");
}

TEST_CASE("A processor that is 5 % slower is found request by request, and its field is named") {
  std::string const rate = "devices[cloud].processors[cpu].rates[0].gflop_per_s";
  Comparison const comparison = compared(shop(), {}, {rate + "=0.0019"});
  CHECK(comparison.how.starts_with("by request"));
  CHECK(verdict(comparison, "latency_s.mean") == "B is slower");
  CHECK(verdict(comparison, "latency_s.p95") == "B is slower");
  CHECK(verdict(comparison, "latency_s.p99") == "not comparable: 2500 requests are too few, at least 10000 are needed");
  CHECK(verdict(comparison, "latency_s.max") == "not comparable: the greatest of a sample has no interval");
  CHECK(row(comparison, "mean_parts.compute_s").difference() == Approx(1 / 0.95 - 1).epsilon(0.01));
  CHECK(verdict(comparison, "bytes.up") == "equal");
  CHECK(verdict(comparison, "requests.completed_share") == "equal");
  CHECK(verdict(comparison, "exposure_counts[curious/w/clear]") == "equal");
  REQUIRE(comparison.inputs.size() == 1);
  CHECK(comparison.inputs[0].what == "devices[cloud].processors[cpu].rates[0].gflop_per_s");
  CHECK(comparison.inputs[0].b == "0.0019");
  CHECK(is_worse_by(row(comparison, "latency_s.mean"), 1));
}

TEST_CASE("Runs with other arrivals share nothing, and the reason is told") {
  Comparison const comparison = compared(shop(), {}, {"seed=2"});
  CHECK(comparison.how == "as runs that share nothing: request 0 does not arrive at the same time (another seed)");
  CHECK(verdict(comparison, "latency_s.mean") == "no difference seen");
  CHECK(verdict(comparison, "throughput_per_s") == "no difference seen");
  REQUIRE(comparison.inputs.size() == 1);
  CHECK(comparison.inputs[0].what == "seed");
}

TEST_CASE("What one run measures and the other does not is not measured, and never 0") {
  std::string const before = shop();
  Comparison const comparison =
      compared(before, {}, {"workloads[w].protocol=\"local_only\"", "workloads[w].placement={stages {on: 'phone'}}"});
  CHECK(verdict(comparison, "privacy[curious/w]").starts_with("not measured in A: "));
  CHECK(row(comparison, "privacy[curious/w]").b_words == "nothing_seen");
  CHECK(verdict(comparison, "exposure_counts[curious/w/clear]") == "B is lower");
  CHECK(row(comparison, "exposure_counts[curious/w/clear]").b == 0);
  CHECK(verdict(comparison, "bytes.up") == "B is lower");
  Comparison filtered = comparison;
  keep_figures(filtered, {"latency_s", "bytes.up"});
  for (FigureComparison const& figure : filtered.figures) {
    CHECK((figure.figure.starts_with("latency_s.") || figure.figure == "bytes.up"));
  }
  CHECK_THROWS_WITH(keep_figures(filtered, {"latncy_s.p95"}),
                    "no figure 'latncy_s.p95' of runs, did you mean 'latency_s.p95'?\n  figures of runs are paths in "
                    "summary.json: latency_s.p95, bytes.up, privacy");
  CHECK_THROWS_WITH(keep_figures(filtered, {"up_bytes"}),
                    Catch::StartsWith("no figure 'up_bytes' of runs, did you mean 'bytes.up'?"));
}

TEST_CASE("Totals of runs with other numbers of requests are not comparable, and another rate is no other seed") {
  Comparison const longer = compared(shop(), {}, {"stop.requests=5000"});
  for (char const* const figure : {"bytes.up", "exposure_counts[curious/w/clear]"}) {
    CHECK(verdict(longer, figure) == "not comparable: other numbers of requests");
    CHECK_FALSE(is_worse_by(row(longer, figure), 0));
  }
  Comparison const faster = compared(shop(), {}, {"workloads[w].arrivals.poisson.rate_per_s=0.2"});
  CHECK(faster.how == "as runs that share nothing: request 0 does not arrive at the same time");
  CHECK(verdict(faster, "bytes.up") == "equal");
}

TEST_CASE("A run that completes nothing lacks every time, and one that falls behind is told") {
  std::vector<std::string> const never = {"stop.at_end=CUT", "devices[phone].processors[cpu].rates[0].gflop_per_s=1e-12"};
  Comparison const nothing = compared(shop(), {}, never);
  CHECK(verdict(nothing, "latency_s.p95") == "not measured in B");
  CHECK(is_lost_in_b(row(nothing, "latency_s.p95")));
  CHECK_FALSE(is_lost_in_b(row(compared(shop(), never, {}), "latency_s.p95")));
  std::string const slow = "workloads[w].arrivals.poisson.rate_per_s=2";
  Comparison const behind = compared(shop(), {}, {slow});
  CHECK(behind.fell_behind == std::vector<std::string>{"B is OVERLOADED, A is STABLE"});
  CHECK(compared(shop(), {slow}, {slow}).fell_behind.empty());
}

TEST_CASE("Fields that differ are named by the elements of lists, and what only one has is not given in the other") {
  proto::Scenario a;
  proto::Scenario b;
  auto const parse = [](std::string const& text, proto::Scenario& message) {
    REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &message));
  };
  parse("name: 's' devices { name: 'p' count: 3 } devices { name: 'c' } links { name: 'l' } switches: 'x'", a);
  parse("name: 's' seed: 2 devices { name: 'c' } devices { name: 'p' count: 4 memory_gib: 2 } switches: 'y'", b);
  std::vector<InputDifference> differences;
  differing_fields(a, b, "", differences);
  std::vector<std::string> told;
  for (InputDifference const& one : differences) told.push_back(one.what + ": " + one.a + " | " + one.b);
  CHECK(told == std::vector<std::string>{"seed:  | 2", "devices[p].count: 3 | 4", "devices[p].memory_gib:  | 2",
                                         "switches[0]: \"x\" | \"y\"", "links[l]: {name: \"l\"} | "});
}

}  // namespace coinfer
