// Law 11: a sweep of one point equals the run.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"
#include "scenarios/sweep/point_runner.hpp"
#include "scenarios/sweep/run_sweep.hpp"
#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

Catalog const& catalog() {
  static Catalog const shared{std::nullopt};
  return shared;
}

/// The cells of a line of CSV that has no quotes.
std::vector<std::string> cells_of(std::string const& line) {
  std::vector<std::string> cells(1);
  for (char const c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

}  // namespace

TEST_CASE("Law 11: a sweep of one point equals the run") {
  Sweep sweep;
  sweep.name = "one";
  SweepPoint const only = expand(sweep)[0];
  for_each_sample([&](Sample const& sample) {
    PointRunner const runner(sweep, {"scenario.textproto", sample.random.text}, catalog());
    std::optional<ResultTexts> swept;
    PointRow const row = runner.run(
        only, 0, [&](Scenario const& scenario, Results const& results, double) { swept = texts_of(scenario, results); });
    REQUIRE(row.status == PointStatus::ok);
    ResultTexts const alone = texts_of(sample.scenario, sample.results);
    CHECK(swept->summary == alone.summary);
    CHECK(swept->requests == alone.requests);
    CHECK(swept->exposures == alone.exposures);
    CHECK(swept->resources == alone.resources);
    CHECK(row.seed == sample.scenario.seed);
    PointRow expected;
    add_measures(expected, sample.scenario, sample.results);
    CHECK(row.columns == expected.columns);
    CHECK(row.values == expected.values);
  });
}

TEST_CASE("Law 11: each row of a sweep's table is the run with the values of its point") {
  std::filesystem::path const folder =
      std::filesystem::temp_directory_path() / ("coinfer_law_11_" + std::to_string(::getpid()));
  std::uint64_t constexpr samples = 8;
  for (std::uint64_t seed = 1; seed <= samples; ++seed) {
    std::string const text = random_scenario(seed).text;
    INFO("seed " << seed << "\n" << text);
    std::filesystem::create_directories(folder);
    Sweep sweep;
    sweep.name = "engines";
    sweep.scenario = folder / "s.textproto";
    sweep.axes.push_back(Axis{"engine", {"engine"}, {"FAST", "PLAIN"}, std::nullopt, ""});
    std::ofstream(sweep.scenario) << text;
    SweepOptions options;
    options.out = folder / "out";
    options.jobs = 2;
    CHECK(run_sweep(sweep, catalog(), options).summary.runs == 2);
    std::ifstream table(folder / "out" / "points.csv");
    std::string line;
    std::getline(table, line);
    std::getline(table, line);
    for (std::string const engine : {"FAST", "PLAIN"}) {
      Diagnostics diagnostics;
      auto const scenario = load_scenario_text(sweep.scenario, text, {{"engine=" + engine}, {}}, catalog(), diagnostics);
      REQUIRE(scenario.has_value());
      PointRow expected;
      add_measures(expected, *scenario, run(*scenario));
      std::getline(table, line);
      std::vector<std::string> const cells = cells_of(line);
      std::size_t constexpr before_measures = 6;  // point, replication, seed, engine, status, reason
      REQUIRE(cells.size() == before_measures + expected.values.size());
      CHECK(std::equal(expected.values.begin(), expected.values.end(), cells.begin() + before_measures));
    }
    std::filesystem::remove_all(folder);
  }
}

}  // namespace coinfer::laws
