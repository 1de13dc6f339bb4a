#include "scenarios/sweep/sweep_load.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "scenarios/sweep/point_list.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

namespace {

/// A folder with the scenario `s.textproto`, a phone and a cloud, and one sweep of it.
class SweepFolder {
 public:
  explicit SweepFolder(std::string const& sweep_text, std::string const& scenario = samples::phone_and_cloud())
      : folder_(std::filesystem::temp_directory_path() /
                ("coinfer sweep load " + std::to_string(::getpid()) + " " + std::to_string(++made))) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "s.textproto") << scenario;
    std::ofstream(path()) << sweep_text;
  }
  ~SweepFolder() { std::filesystem::remove_all(folder_); }
  SweepFolder(SweepFolder const&) = delete;
  SweepFolder& operator=(SweepFolder const&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return folder_ / "x.sweep.textproto"; }
  [[nodiscard]] Sweep sweep(MustLoad must_load = MustLoad::at_every_end) const {
    Diagnostics diagnostics;
    std::optional<Sweep> loaded = load_sweep(path(), samples::catalog(), diagnostics, must_load);
    INFO(diagnostics.text());
    REQUIRE(loaded.has_value());
    return std::move(*loaded);
  }
  /// What is wrong, without the folder.
  [[nodiscard]] std::string problems(MustLoad must_load = MustLoad::at_every_end) const {
    Diagnostics diagnostics;
    CHECK_FALSE(load_sweep(path(), samples::catalog(), diagnostics, must_load).has_value());
    std::string text = diagnostics.text();
    std::string const prefix = folder_.string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
    return text;
  }

 private:
  static inline int made = 0;
  std::filesystem::path folder_;
};

std::string const head = "name: 'x' scenario: 's.textproto'\n";
std::string const fleet =
    "axes { name: 'phones' fields: 'devices[phone].count' linear { from: 1 to: 3 count: 3 whole: true } }\n";

/// On the third line.
std::string cuts(std::string const& last) {
  return "axes { name: 'cut' fields: 'workloads[w].placement.stages[0].until' values { value: 'a' value: '" + last +
         "' } }\n";
}

}  // namespace

TEST_CASE("A sweep is what its file says, and its scenario is the file beside it") {
  SweepFolder const folder(
      head + fleet +
      "axes { fields: 'links[access].latency_ms' fields: 'links[0].up_mbit_per_s'\n"
      "       values { value: '1' value: '2' value: '3' } zip: 'z' }\n"
      "axes { name: 'tail' fields: 'stop.warm_up_requests' values { value: '0' value: '1' value: '2' } zip: 'z' }\n"
      "skip { where { axis: 'phones' at_most: 1 } where { axis: 'tail' is: '0' is: '2' } }\n"
      "set: 'stop.requests=4' replications: 5 seeds: INDEPENDENT question: 'why?'\n");
  Sweep const sweep = folder.sweep();
  CHECK(sweep.name == "x");
  CHECK(sweep.question == "why?");
  CHECK(sweep.library_scenario.empty());
  CHECK(sweep.assignments == std::vector<std::string>{"stop.requests=4"});
  CHECK(sweep.replications == 5);
  CHECK(sweep.independent_seeds);
  CHECK_FALSE(sweep.sample.has_value());
  REQUIRE(sweep.axes.size() == 3);
  CHECK(sweep.axes[0].name == "phones");
  CHECK(sweep.axes[1].name == "links[0].up_mbit_per_s");  // the last of its fields
  CHECK(sweep.text.find("replications: 5") != std::string::npos);
  PointList const points = expand(sweep);
  REQUIRE(points.size() == 7);  // 3 x 3 but for (1, 0) and (1, 2)
  CHECK(points[0].levels == std::vector<std::string>{"1", "2", "1"});
  CHECK(points[0].assignments == std::vector<std::string>{"devices[phone].count=1", "links[access].latency_ms=2",
                                                          "links[0].up_mbit_per_s=2", "stop.warm_up_requests=1"});
  CHECK(points[6].levels == std::vector<std::string>{"3", "3", "2"});
  CHECK(read_swept_scenario(sweep).text == samples::phone_and_cloud());
}

TEST_CASE("A sweep of a library scenario draws a Latin hypercube unless it says otherwise") {
  SweepFolder const folder(
      "name: 'x' scenario: 'gpz_vgg19_phone_5g' sample { points: 12 }\n"
      "axes { fields: 'workloads[vision].arrivals.poisson.rate_per_s' log { from: 1 to: 100 } }");
  Sweep const sweep = folder.sweep();
  CHECK(sweep.library_scenario == "gpz_vgg19_phone_5g");
  CHECK(sweep.scenario.empty());
  REQUIRE(sweep.sample.has_value());
  CHECK(sweep.sample->latin_hypercube);
  CHECK(sweep.sample->seed == 1);
  CHECK(expand(sweep).size() == 12);
  CHECK(read_swept_scenario(sweep).text.find("gpz_vgg19_phone_5g") != std::string::npos);
}

TEST_CASE("An axis may give its scenario what it lacks, and a field of what an earlier axis gives") {
  std::string const unfinished = samples::phone_and_cloud("");  // the run has no end
  SweepFolder const folder(
      head +
          "axes { name: 'arrivals' fields: 'workloads[w].arrivals'\n"
          "       values { value: '{ poisson { rate_per_s: 1 } }' } }\n"
          "axes { name: 'rate' fields: 'workloads[w].arrivals.poisson.rate_per_s' values { value: '2' } }\n"
          "axes { name: 'requests' fields: 'stop.requests' values { value: '10' value: '20' } }",
      unfinished);
  CHECK(expand(folder.sweep()).size() == 2);
  CHECK(SweepFolder(head + fleet, unfinished).problems(MustLoad::somewhere) ==
        "s.textproto: the run has no end (workload 'w' goes on for ever; give stop.requests or stop.duration_s)");
}

TEST_CASE("A point that does not load is told with its value where every end must load, and is let be where some do") {
  SweepFolder const folder(head + fleet + cuts("c"));
  CHECK(folder.sweep(MustLoad::somewhere).axes.size() == 2);
  CHECK(folder.problems().starts_with("x.sweep.textproto:3:"));
  SweepFolder const nowhere(head + fleet + "axes { fields: 'stop.requests' values { value: '0' } }");
  CHECK(nowhere.problems(MustLoad::somewhere) ==
        "x.sweep.textproto:3:41: requests is 0 (must be at least 1 and at most 1e+09: a run keeps a record of every "
        "request)");
}

TEST_CASE("Workloads whose columns would have one name are refused where they stand") {
  std::string const clash = samples::device("phone") +
                            samples::workload("b.c", "phone", samples::local + samples::each_5_s) +
                            samples::workload("c", "phone", samples::local + samples::each_5_s) +
                            "adversaries { name: 'a' domains: 'phone owner' knowledge: WHITE_BOX }\n"
                            "adversaries { name: 'a.b' domains: 'phone owner' knowledge: WHITE_BOX }\n"
                            "name: 's' stop { requests: 3 }\n";
  CHECK(SweepFolder(head + fleet, clash).problems() ==
        "s.textproto:9:13: adversary 'a.b' with workload 'c' has the columns of adversary 'a' with workload 'b.c' "
        "(both are 'leakage.a.b.c.METRIC')");
}

TEST_CASE("A file is a sweep by its name") {
  CHECK(is_sweep_file("a/b.sweep.textproto"));
  CHECK_FALSE(is_sweep_file("a.sweep.textproto/b.textproto"));
  CHECK_FALSE(is_sweep_file("sweep.textproto"));
}

}  // namespace coinfer
