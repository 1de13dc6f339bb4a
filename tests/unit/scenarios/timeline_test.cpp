#include "scenarios/run/timeline.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "scenarios/report/report.hpp"
#include "scenarios/run/run.hpp"
#include "sim/base/csv.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

Results run_with_timeline(Scenario const& scenario) { return run(scenario, RunOptions{{}, true, nullptr}); }

/// One row of timeline.csv.
struct Row {
  double from_s;
  double to_s;
  double utilisation;
  double mean_waiting;
};

std::map<std::string, std::vector<Row>> rows_of(Scenario const& scenario, Results const& results) {
  Diagnostics diagnostics;
  CsvTable const table = CsvTable::parse("timeline.csv", timeline_csv(scenario, results), diagnostics);
  REQUIRE(diagnostics.ok());
  std::map<std::string, std::vector<Row>> rows;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    auto const number = [&](std::size_t column) { return *parse_number(table.at(i, column)); };
    rows[table.at(i, 0)].push_back({number(2), number(3), number(4), number(5)});
  }
  return rows;
}

/// Intervals follow one another from 0 to the end, and add up to what the whole run says.
void check_totals(Scenario const& scenario, Results const& results) {
  auto const rows = rows_of(scenario, results);
  double const end_s = results.record.end_s;
  REQUIRE(rows.size() == results.resources.size());
  for (ResourceResult const& resource : results.resources) {
    INFO(resource.resource);
    std::vector<Row> const& of = rows.at(resource.resource);
    REQUIRE(of.size() <= Timeline::most_intervals);
    double at_s = 0;
    double used_s = 0;
    double waited_s = 0;
    for (Row const& row : of) {
      CHECK(row.from_s == at_s);
      CHECK(row.to_s > row.from_s);
      CHECK(row.utilisation >= 0);
      CHECK(row.utilisation <= 1 + 1e-9);
      used_s += row.utilisation * (row.to_s - row.from_s);
      waited_s += row.mean_waiting * (row.to_s - row.from_s);
      at_s = row.to_s;
    }
    CHECK(at_s == end_s);
    CHECK(used_s == Approx(resource.utilisation * end_s).epsilon(1e-9).margin(1e-12));
    CHECK(waited_s == Approx(resource.mean_waiting * end_s).epsilon(1e-9).margin(1e-12));
  }
}

}  // namespace

TEST_CASE("The intervals of the timeline add up to the totals of every resource") {
  auto const engine = GENERATE(as<std::string>(), "engine: FAST ", "engine: PLAIN ");
  // Five phones behind one shared link, asked for more than they can do: queues, and flows that overlap.
  std::string const text =
      engine + "name: \"s\"\n" + device("phone", "count: 5") + device("cloud") + link("access", "phone", "cloud") +
      workload("w", "phone", split + "arrivals { poisson { rate_per_s: 1.5 } }\n") + "stop { requests: 400 }\n";
  Scenario const scenario = scenario_of(text);
  Results const results = run_with_timeline(scenario);
  check_totals(scenario, results);
  CHECK(results.record.sample_dates_s.size() > 100);
}

TEST_CASE("A run of a given duration has a timeline to its end, and one that is cut counts what was carried") {
  Scenario const drained = scenario_of(phone_and_cloud("stop { duration_s: 300 }\n"));
  check_totals(drained, run_with_timeline(drained));
  Scenario const cut = scenario_of(phone_and_cloud("stop { duration_s: 16.5 at_end: CUT }\n"));
  check_totals(cut, run_with_timeline(cut));
}

TEST_CASE("The timeline says when a resource was used") {
  // From its arrival: the phone computes for 1 s, 4000 bytes flow at 1e6 bytes/s from 1.01 s on, and the cloud computes
  // from 1.014 s until 2.014 s.
  Scenario const scenario = scenario_of(phone_and_cloud("stop { requests: 1 }\n"));
  Results const results = run_with_timeline(scenario);
  double const first_s = results.record.requests[0].arrival_s;
  auto const rows = rows_of(scenario, results);
  auto const used_at = [&](std::string const& resource, double time_s) {
    for (Row const& row : rows.at(resource)) {
      if (row.from_s <= first_s + time_s && first_s + time_s < row.to_s) return row.utilisation;
    }
    return -1.0;
  };
  CHECK(used_at("phone.cpu", 0.5) == Approx(1));
  CHECK(used_at("phone.cpu", 1.5) == 0);
  CHECK(used_at("cloud.cpu", 0.5) == 0);
  CHECK(used_at("cloud.cpu", 1.5) == Approx(1));
  CHECK(used_at("access up", 1.012) > 0);
  CHECK(used_at("access up", 0.5) == 0);
}

TEST_CASE("Keeping a timeline changes nothing else") {
  Scenario const scenario = scenario_of(phone_and_cloud("stop { requests: 50 }\n"));
  RunRecord with = run_with_timeline(scenario).record;
  RunRecord const without = run(scenario).record;
  CHECK(without.sample_dates_s.empty());
  with.sample_dates_s.clear();
  with.samples.clear();
  CHECK(pack(with) == pack(without));
}

}  // namespace coinfer
