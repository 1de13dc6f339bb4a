#include "scenarios/saved/saved_results.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "scenarios/report/report.hpp"
#include "scenarios/run/run.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

/// The results of a small scenario, in a folder that goes away with the test.
struct Saved {
  fs::path path = fs::temp_directory_path() / ("coinfer_saved_test_" + std::to_string(getpid()));
  Scenario scenario;
  Results results;
  explicit Saved(std::string const& text = phone_and_cloud()) : scenario(scenario_of(text)), results(run(scenario)) {
    fs::remove_all(path);
    write_report(scenario, results, {}, path, false);
  }
  ~Saved() { fs::remove_all(path); }
  Saved(Saved const&) = delete;
  Saved& operator=(Saved const&) = delete;

  /// Replaces the first `from` in a file.
  void change(std::string const& name, std::string const& from, std::string const& to) const {
    std::string text = read_file(path / name);
    std::size_t const at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    std::ofstream(path / name, std::ios::binary) << text;
  }
  /// What loading says, without the folder's name.
  [[nodiscard]] std::string problem() const {
    try {
      load_results(path);
    } catch (InputError const& error) {
      std::string text = error.what();
      for (std::size_t at = 0; (at = text.find(path.string())) != std::string::npos;)
        text.replace(at, path.string().size(), "DIR");
      return text;
    }
    return "";
  }
};

}  // namespace

TEST_CASE("A results folder reads back as it was written") {
  Saved const saved("name: \"s\"\n" + device("phone", "count: 2") +
                    workload("w,\\\"1", "phone", local + "arrivals { closed_loop { users: 3 } }") +
                    "stop { requests: 4 duration_s: 3 at_end: CUT warm_up_requests: 1 }\n");
  SavedResults const read = load_results(saved.path);
  REQUIRE(read.requests.rows.size() == saved.results.record.requests.size());
  for (std::size_t i = 0; i < read.requests.rows.size(); ++i) {
    INFO(i);
    SavedRequest const& row = read.requests.rows[i];
    RequestRecord const& wrote = saved.results.record.requests[i];
    CHECK(row.request_id == i);
    CHECK(row.arrival_s == wrote.arrival_s);
    CHECK(row.start_s == (wrote.start_s < 0 ? std::nullopt : std::optional(wrote.start_s)));
    CHECK(row.end_s == (wrote.end_s < 0 ? std::nullopt : std::optional(wrote.end_s)));
    CHECK(row.parts_s == (wrote.end_s < 0 ? std::nullopt : std::optional(wrote.parts_s)));
    CHECK(row.outcome == wrote.outcome);
    CHECK(row.warm_up == wrote.warm_up);
    CHECK(read.requests.devices[row.device] == "phone[" + std::to_string(wrote.member) + "]");
    CHECK_FALSE(row.prompt_tokens.has_value());
  }
  CHECK(read.requests.workloads == std::vector<std::string>{"w,\"1"});
  CHECK(read.summary.number("requests.submitted") == 4);
  CHECK(read.summary.number("latency_s.p50") == saved.results.all.latency_s->p50);
  CHECK(read.summary.number("workloads[0].latency_s.p50") == saved.results.all.latency_s->p50);
  CHECK_FALSE(read.summary.number("workloads[1].latency_s.p50").has_value());
  CHECK_FALSE(read.summary.number("ttft_s.p50").has_value());
  CHECK(read.manifest.text("input") == saved.scenario.text);
  REQUIRE(read.resources.size() == 1);
  CHECK(read.resources[0].resource == "phone.cpu");
  CHECK(read.resources[0].utilisation == saved.results.resources[0].utilisation);
  CHECK_FALSE(read.resources[0].energy_j.has_value());
}

TEST_CASE("A half or wrong results folder is refused, with the place") {
  Saved const saved;
  SECTION("no folder") {
    fs::remove_all(saved.path);
    CHECK(saved.problem() == "DIR: no such results folder (coinfer run SCENARIO --out DIR writes one)");
  }
  SECTION("the folder of a sweep") {
    fs::remove(saved.path / "summary.json");
    fs::create_directory(saved.path / "journal");
    CHECK(saved.problem() ==
          "DIR: the folder of a sweep, not of one run (coinfer sweep --points-out writes a results folder a point, below "
          "DIR/points)");
  }
  SECTION("a file is missing") {
    fs::remove(saved.path / "requests.csv");
    CHECK(saved.problem() == "DIR: not a whole results folder (requests.csv is missing)");
  }
  SECTION("another schema version") {
    saved.change("summary.json", "\"schema_version\": 2", "\"schema_version\": 3");
    CHECK(saved.problem() == "DIR/summary.json: schema_version 3 is not known (this program reads 2)");
    saved.change("summary.json", "\"schema_version\": 3", "\"schema_version\": 2");
    saved.change("resources.csv", ": 2", ": 1");
    CHECK(saved.problem() == "DIR/resources.csv:1:1: schema_version 1 is not known (this program reads 2)");
  }
  SECTION("half of a file") {
    std::string const text = read_file(saved.path / "requests.csv");
    std::ofstream(saved.path / "requests.csv", std::ios::binary) << text.substr(0, text.size() - 5);
    CHECK(saved.problem().starts_with("DIR/requests.csv:5:"));
    CHECK(saved.problem().ends_with("the file ends inside a line (it is cut off)"));
    std::ofstream(saved.path / "requests.csv", std::ios::binary) << text.substr(0, text.rfind("\n2,") + 1);
    CHECK(
        saved.problem() ==
        "DIR: requests.csv has 2 rows, but summary.json says that 3 requests were submitted (half of it is missing, or it "
        "is of another run)");
  }
  SECTION("a field that is no number, a row too short, a column gone, JSON that ends") {
    saved.change("requests.csv", "\n1,10,", "\n1,five,");
    CHECK(saved.problem() == "DIR/requests.csv:4:3: arrival_s: 'five' is not what such a column holds");
    saved.change("requests.csv", "\n1,five,", "\n1,");
    CHECK(saved.problem() == "DIR/requests.csv:4:1: the row has 27 fields (the header has 28)");
    saved.change("requests.csv", "wire_s", "wires");
    CHECK(saved.problem() == "DIR/requests.csv:2:1: column 'wire_s' is missing");
    std::string const text = read_file(saved.path / "manifest.json");
    std::ofstream(saved.path / "manifest.json", std::ios::binary) << text.substr(0, 30);
    CHECK(saved.problem() == "DIR/manifest.json:3:6: no JSON from here on (is the file cut off?)");
  }
}

}  // namespace coinfer
