#include "scenarios/compare/compare_points.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "scenarios/compare/comparison_report.hpp"
#include "sim/base/errors.hpp"
#include "tests/unit/scenarios/sweep_run_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

std::string const header =
    "# schema_version: 2\npoint,replication,seed,rate,status,reason,latency_p95_s,up_bytes,leakage.c.mse,saturation\n";

PointsTable table(std::string const& rows, std::string const& first = header) {
  TemporaryFolder const folder;
  std::ofstream(folder.path() / "points.csv") << first << rows;
  return load_points(folder.path());
}

std::string refusal(std::string const& rows, std::string const& first = header) {
  try {
    table(rows, first);
  } catch (InputError const& error) {
    std::string const text = error.what();
    return text.substr(text.find("points.csv"));
  }
  return "accepted";
}

/// Three replications of the rates 1 and 2; latencies of B are those of A and `more`.
std::string rows(std::vector<double> const& more, std::uint64_t first_seed = 7) {
  std::string text;
  std::vector<double> const latencies = {1, 5, 3, 11, 16, 13};
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    text += std::to_string(i / 3) + "," + std::to_string(i % 3) + "," + std::to_string(first_seed + i % 3) + "," +
            std::to_string(1 + i / 3) + ",ok,," + std::to_string(latencies[i] + more[i]) + ",100,,STABLE\n";
  }
  return text;
}

std::string verdict(Comparison const& comparison, std::string const& figure, std::string const& at) {
  for (FigureComparison const& one : comparison.figures) {
    if (one.figure == figure && one.at == at) return verdict_text(one);
  }
  return "no such row";
}

}  // namespace

TEST_CASE("Points of two sweeps are compared by replications with one seed") {
  PointsTable const a = table(rows({0, 0, 0, 0, 0, 0}));
  PointsTable const b = table(rows({0.1, 0.1001, 0.0999, 0.2, -0.1, 0.3}));
  Comparison comparison = compare_points(a, b);
  CHECK(comparison.how == "over replications, paired by point and seed");
  CHECK(comparison.decided() == 3);  // at each of two points, and over both
  decide(comparison);
  // At rate 1 the differences are 0.1 with a spread of 0.0001: t = 1732, p = 3e-7. At rate 2 0.133 +- 0.2: t = 1.1.
  CHECK(verdict(comparison, "latency_p95_s", "rate=1") == "B is slower");
  CHECK(verdict(comparison, "latency_p95_s", "rate=2") == "no difference seen");
  CHECK(verdict(comparison, "latency_p95_s", "") == "no difference seen");
  CHECK(verdict(comparison, "up_bytes", "rate=2") == "equal");
  CHECK(verdict(comparison, "up_bytes", "") == "equal");
  CHECK(verdict(comparison, "saturation", "rate=1") == "equal");
  std::string const text = comparison_text(comparison);
  CHECK(text.find("At single points: 1 B is slower, 6 equal, 1 no difference seen") != std::string::npos);
  CHECK(comparison_json(comparison).find("\"point\": \"rate=1\"") != std::string::npos);
}

TEST_CASE("Replications with other seeds are samples that share nothing") {
  Comparison comparison = compare_points(table(rows({0, 0, 0, 0, 0, 0})), table(rows({0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 9)));
  CHECK(comparison.how == "over replications, as runs that share nothing: seeds differ");
  decide(comparison);
  CHECK(verdict(comparison, "latency_p95_s", "rate=1") == "no difference seen");
}

TEST_CASE("With one replication only what does not vary by chance is compared, and what is missing is not measured") {
  std::string const before = "0,0,7,1,ok,,1.5,100,0.2,STABLE\n";
  Comparison comparison = compare_points(table(before), table("0,0,7,1,ok,,1.6,90,,OVERLOADED\n"));
  decide(comparison);
  CHECK(verdict(comparison, "latency_p95_s", "") == "not comparable: one replication has no spread");
  CHECK(verdict(comparison, "up_bytes", "") == "B is lower");
  CHECK(verdict(comparison, "leakage.c.mse", "") == "not measured in B");
  CHECK(verdict(comparison, "saturation", "") == "differs");
  CHECK(comparison.fell_behind == std::vector<std::string>{"B is OVERLOADED at rate=1, A is STABLE"});
}

TEST_CASE("A replication without a figure that all of A have, and leakage by its status, are told") {
  std::string const first =
      "# schema_version: 2\npoint,replication,seed,rate,status,reason,requests_submitted,up_bytes,"
      "leakage.c.mse,leakage.c.other_metrics.status\n";
  auto const compared = [&](std::string const& a, std::string const& b) {
    return compare_points(table(a, first), table(b, first));
  };
  std::string const before = "0,0,7,1,ok,,10,100,0.2,measured\n0,1,8,1,ok,,10,100,0.2,measured\n";
  Comparison some = compared(before, "0,0,7,1,ok,,10,100,0.2,measured\n0,1,8,1,ok,,10,,0.2,measured\n");
  CHECK(verdict(some, "up_bytes", "") == "not measured in B: only some replications have it");
  Comparison raw = compared(before, "0,0,7,1,ok,,20,200,,raw_input\n0,1,8,1,ok,,20,200,,raw_input\n");
  CHECK(verdict(raw, "up_bytes", "") == "not comparable: other numbers of requests");
  CHECK(verdict(raw, "leakage.c.mse", "") == "differs");
  keep_figures(raw, {"leakage.c.mse"});
  CHECK(is_worse_by(raw.figures.at(0), 0));
  Comparison hidden = compared(before, "0,0,7,1,ok,,10,100,,nothing_seen\n0,1,8,1,ok,,10,100,,nothing_seen\n");
  keep_figures(hidden, {"leakage"});
  CHECK_FALSE(is_lost_in_b(hidden.figures.at(0)));
  CHECK_FALSE(is_worse_by(hidden.figures.at(0), 0));
  CHECK_THROWS_WITH(keep_figures(some, {"privacy"}),
                    Catch::StartsWith("no figure 'privacy' of sweeps, did you mean 'leakage'?"));
}

TEST_CASE("Points that one sweep alone has, and runs that failed, are left out and counted") {
  Comparison const comparison = compare_points(table("0,0,7,1,ok,,1,1,,S\n1,0,7,2,ok,,1,1,,S\n"),
                                               table("0,0,7,1,ok,,1,1,,S\n1,0,7,3,failed,why,,,,\n"));
  CHECK(comparison.notes ==
        std::vector<std::string>{"1 points of A alone are left out", "1 runs of B failed or are invalid"});
}

TEST_CASE("Tables that are not comparable are refused") {
  CHECK(refusal("0,0,7,1,ok,,1,1,,S\n0,0,8,1,ok,,1,1,,S\n") ==
        "points.csv:4:1: a second run of this point and replication (which of the two is meant?)");
  CHECK(refusal("", "a,b\n") ==
        "points.csv:1:1: the first line is 'a,b' (a table that this program reads begins with '# schema_version: 2')");
  CHECK(refusal("", "# schema_version: 2\na,b\n") ==
        "points.csv:2:1: no table of points (its columns are not those of coinfer sweep)");
  CHECK(refusal("0,0,x,1,ok,,1,1,,S\n") == "points.csv:3:5: 'x' is no whole number");
  PointsTable const a = table("0,0,7,1,ok,,1,1,,S\n");
  PointsTable other = a;
  other.axes = {"count"};
  CHECK_THROWS_WITH(compare_points(a, other), "the sweeps have different axes: A rate; B count");
  CHECK_THROWS_WITH(compare_points(a, table("0,0,7,4,ok,,1,1,,S\n")), "no point with a run that is ok is in both sweeps");
}

}  // namespace coinfer
