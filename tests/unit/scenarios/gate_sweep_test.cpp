#include <catch2/catch.hpp>
#include <fstream>

#include "scenarios/run/run.hpp"
#include "scenarios/sweep/expectation_record.hpp"
#include "scenarios/sweep/merge.hpp"
#include "scenarios/sweep/point_runner.hpp"
#include "scenarios/sweep/run_sweep.hpp"
#include "scenarios/sweep/sweep_load.hpp"
#include "sim/base/files.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"
#include "tests/unit/scenarios/sweep_run_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

/// A row whose only expectation, a latency of at most 2 s, found `value`.
PointRow expecting(std::uint64_t point, std::uint32_t replication, double value) {
  PointRow made = row(point, replication, "1");
  Expectation expectation;
  expectation.metric = "latency_s.mean";
  expectation.at_most = 2;
  FigureValue figure;
  figure.value = value;
  figure.variation = Variation::sampled;
  figure.no_interval = "too few";
  figure.unsettled = true;
  made.expectations.push_back(decide(expectation, figure));
  return made;
}

void journal_of(std::filesystem::path const& folder, SweepIdentity const& identity, std::vector<PointRow> const& rows) {
  start_journal(folder, identity);
  JournalWriter writer(folder, 0);
  for (PointRow const& one : rows) writer.append(one);
}

PointsSummary table_of(std::filesystem::path const& folder, GateFiles const& files = {}) {
  std::vector<SweepJournal> journals;
  journals.emplace_back(folder);
  PointsSummary summary = write_points_csv(journals, folder / "points.csv");
  write_sweep_gates(files, journals, summary);
  return summary;
}

/// A phone that is asked once every 5 s, with two layers of 1 s each.
std::string const scenario_text = "name: \"s\"\n" + device("phone") +
                                  workload("w", "phone", local + "arrivals { poisson { rate_per_s: 0.2 } }\n") +
                                  "stop { requests: 300 }\n";

std::optional<Sweep> load(TemporaryFolder const& folder, std::string const& scenario, std::string const& sweep,
                          Diagnostics& diagnostics) {
  std::ofstream(folder.path() / "s.textproto") << scenario;
  return load_sweep_text(folder.path() / "s.sweep.textproto", "name: \"t\" scenario: \"s.textproto\"\n" + sweep, catalog(),
                         diagnostics);
}

}  // namespace

TEST_CASE("A verdict survives the journal as it was") {
  std::vector<ExpectationVerdict> verdicts = expecting(0, 0, 0.1).expectations;
  verdicts[0].expectation.because = "so";
  verdicts[0].expectation.at_least = -0.25;
  verdicts.push_back(verdicts[0]);
  verdicts[1].expectation.by_interval = false;
  verdicts[1].figure.interval = Interval{0.05, 1.0 / 3};
  verdicts[1].figure.variation = Variation::none;
  verdicts[1].figure.keeps = FigureValue::Keeps::at_most;
  verdicts[1].figure.unsettled = false;
  verdicts[1].figure.leaves_out = "without the price of 'phone'";
  verdicts[1] = decide(verdicts[1].expectation, verdicts[1].figure);
  auto const back = unpacked_verdicts(unpacked_expectations(packed_expectations(verdicts)), packed_figures(verdicts));
  REQUIRE(back.size() == 2);
  CHECK(packed_expectations(back) == packed_expectations(verdicts));
  CHECK(packed_figures(back) == packed_figures(verdicts));
  CHECK(back[0].verdict == Verdict::not_decided);
  CHECK(back[1].verdict == verdicts[1].verdict);
  CHECK(back[1].figure.leaves_out == "without the price of 'phone'");
  CHECK(back[1].reason == verdicts[1].reason);
}

TEST_CASE("points.csv says for each point what was expected, over its replications, shards merge into the same bytes") {
  TemporaryFolder const folder;
  PointRow failed = row(2, 1, "");
  failed.status = PointStatus::failed;
  failed.reason = "no";
  failed.columns.clear();
  failed.values.clear();
  // Means 1, 2 and nothing: 1 +- 0; 2 +- 12.7; a replication that failed.
  std::vector<PointRow> const rows = {expecting(0, 0, 1), expecting(0, 1, 1),   expecting(1, 0, 1),
                                      expecting(1, 1, 3), expecting(2, 0, 1.5), failed};
  journal_of(folder.path() / "whole", three_by_two(), rows);
  GateFiles const files{folder.path() / "j.xml", folder.path() / "m.md"};
  PointsSummary const summary = table_of(folder.path() / "whole", files);
  std::string const table = read_file(folder.path() / "whole" / "points.csv");
  CHECK(table ==
        "# schema_version: 2\n"
        "point,replication,seed,rate,status,reason,latency_mean_s,events,expectations_met,expect[0].latency_s.mean,"
        "expect[0].latency_s.mean.low,expect[0].latency_s.mean.high,expect[0].latency_s.mean.met\n"
        "0,0,7,0,ok,,1,3,true,1,1,1,true\n"
        "0,1,8,0,ok,,1,3,true,1,1,1,true\n"
        "1,0,7,10,ok,,1,3,false,2,-10.706204736432095,14.706204736432095,false\n"
        "1,1,8,10,ok,,1,3,false,2,-10.706204736432095,14.706204736432095,false\n"
        "2,0,7,20,ok,,1,3,false,,,,false\n"
        "2,1,8,20,failed,no,,,false,,,,false\n");
  CHECK(summary.verdicts.points == 3);
  CHECK(summary.verdicts.points_missed == 2);
  REQUIRE(summary.verdicts.misses.size() == 2);
  CHECK(
      summary.verdicts.misses[0] ==
      "point 1 (rate = 10): latency_s.mean is 2 (95 % interval -10.706204736432095 to 14.706204736432095), expected at "
      "most "
      "2: the interval -10.706204736432095 to 14.706204736432095 straddles the bound: more requests or replications would "
      "decide");
  CHECK(summary.verdicts.misses[1] ==
        "point 2 (rate = 20): latency_s.mean has no value, expected at most 2: a replication did not come to its end: no");
  std::string const junit = read_file(files.junit);
  CHECK(junit.find("<testsuite name=\"s\" tests=\"4\" failures=\"2\" errors=\"1\" skipped=\"0\" time=\"0\">") !=
        std::string::npos);
  CHECK(junit.find("<testcase classname=\"point 0 (rate = 0)\" name=\"latency_s.mean at most 2\" time=\"0\">") !=
        std::string::npos);
  CHECK(junit.find("<error type=\"failed\" message=\"no\">") != std::string::npos);
  std::string const markdown = read_file(files.markdown);
  CHECK(markdown.find("### s: 1 of 3 points are as expected\n") != std::string::npos);
  CHECK(markdown.find("| latency\\_s.mean | at most 2 | 1 | 0 | 1 | 1 |  |\n") != std::string::npos);
  CHECK(markdown.find("| point 1 (rate = 10) | **not decided** | latency\\_s.mean | 2 | -10.706 to 14.706 | at most 2 |") !=
        std::string::npos);

  SweepIdentity first = three_by_two();
  first.shard = {1, 2};
  SweepIdentity second = three_by_two();
  second.shard = {2, 2};
  journal_of(folder.path() / "1", first, {rows[0], rows[1], rows[4], rows[5]});
  journal_of(folder.path() / "2", second, {rows[2], rows[3]});
  GateFiles const merged{folder.path() / "merged.xml", folder.path() / "merged.md"};
  merge_shards({folder.path() / "2", folder.path() / "1"}, folder.path() / "out", false, merged);
  CHECK(read_file(folder.path() / "out" / "points.csv") == table);
  CHECK(read_file(merged.junit) == junit);
  CHECK(read_file(merged.markdown) == markdown);
}

TEST_CASE("Of more than fifty misses the rest are counted") {
  SweepVerdicts verdicts;
  for (std::uint64_t point = 0; point < 60; ++point) {
    std::vector<PointRow> const rows = {expecting(point, 0, 9)};
    verdicts.add(decide_point(three_by_two(), rows));
  }
  CHECK(verdicts.missed == 60);
  CHECK(verdicts.misses.size() == 50);
  CHECK(verdicts.points_missed == 60);
  CHECK(verdicts.cases.failed == 60);
  CHECK(sweep_markdown("s", verdicts).find("\nand 10 more misses (points.csv has them)\n") != std::string::npos);
}

TEST_CASE("Law 11: a sweep of one point decides as the run does, the scenario's expectations and its own") {
  TemporaryFolder const folder;
  std::string const own =
      "expect { metric: \"latency_s.mean\" at_most: 2.6 }\nexpect { metric: \"latency_s.p50\" at_most: 9 }\n";
  std::string const swept = "expect { metric: \"throughput_per_s\" at_least: 0.19 }\n";
  Diagnostics diagnostics;
  std::optional<Sweep> const sweep = load(folder, scenario_text + own, swept, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(sweep.has_value());
  SweptScenario const source = read_swept_scenario(*sweep);
  PointRow const point = PointRunner(*sweep, source, catalog()).run(expand(*sweep)[0], 0);
  Results const alone = run(scenario_of(scenario_text + own + swept));
  REQUIRE(point.expectations.size() == 3);
  REQUIRE(alone.expectations.size() == 3);
  std::vector<PointRow> const rows = {point};
  PointVerdicts const decided = decide_point(three_by_two(), rows);
  for (std::size_t e = 0; e < 3; ++e) {
    CHECK(decided.verdicts[e].verdict == alone.expectations[e].verdict);
    CHECK(told(decided.verdicts[e]) == told(alone.expectations[e]));
    CHECK(alone.expectations[e].figure.interval.has_value());
  }
}

TEST_CASE("An expectation of a sweep must be of a figure that some point has, the points that lack it do not measure it") {
  TemporaryFolder const folder;
  std::string const names = "axes { name: \"name\" fields: \"workloads[0].name\" values { value: [\"'w'\", \"'v'\"] } }\n";
  Diagnostics wrong;
  CHECK_FALSE(
      load(folder, scenario_text, names + "expect { metric: \"workloads[x].latency_s.mean\" at_most: 1 }\n", wrong));
  CHECK(wrong.text() ==
        (folder.path() / "s.sweep.textproto").string() + ":3:10: no workload 'x' (there are 'w') did you mean 'w'?");
  Diagnostics right;
  std::optional<Sweep> const sweep =
      load(folder, scenario_text + "expect { metric: \"workloads[w].requests.failed\" at_most: 0 }\n",
           names + "expect { metric: \"workloads[v].requests.failed\" at_most: 0 }\n", right);
  INFO(right.text());
  REQUIRE(sweep.has_value());
  SweptScenario const source = read_swept_scenario(*sweep);
  PointRunner const runner(*sweep, source, catalog());
  PointRow const first = runner.run(expand(*sweep)[0], 0);
  PointRow const second = runner.run(expand(*sweep)[1], 0);
  REQUIRE(first.status == PointStatus::ok);
  REQUIRE(second.status == PointStatus::ok);
  CHECK(first.expectations[0].verdict == Verdict::met);
  CHECK(first.expectations[1].verdict == Verdict::not_measured);
  CHECK(first.expectations[1].reason == "no workload 'v' (there are 'w')");
  CHECK(second.expectations[0].verdict == Verdict::not_measured);
  CHECK(second.expectations[1].verdict == Verdict::met);
}

}  // namespace coinfer
