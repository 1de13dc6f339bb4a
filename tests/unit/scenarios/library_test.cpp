#include "scenarios/library.hpp"

#include <catch2/catch.hpp>

#include "scenarios/report/report.hpp"
#include "scenarios/run/run.hpp"
#include "scenarios/sweep/sweep_load.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

TEST_CASE(
    "Every scenario of the library opens with its question, loads, and runs 200 requests to their end, or to the end of a "
    "budget") {
  std::vector<std::string> const names = library_scenario_names();
  CHECK(names.size() >= 12);
  for (std::string const& name : names) {
    INFO(name);
    std::optional<EmbeddedFile> const file = find_library_scenario(name);
    REQUIRE(file.has_value());
    CHECK(file->content.substr(0, 2) == "# ");
    LoadOptions options;
    options.assignments = {"stop.requests=200"};
    Scenario const scenario = samples::scenario_of(std::string(file->content), options);
    CHECK(scenario.name == name);
    REQUIRE_FALSE(scenario.question.empty());
    CHECK(scenario.question.back() == '?');
    Results const results = run(scenario);
    CHECK(results.all.submitted == 200);
    std::uint64_t const completed = results.all.outcomes[static_cast<std::size_t>(Outcome::completed)];
    std::uint64_t const rejected = results.all.outcomes[static_cast<std::size_t>(Outcome::rejected)];
    CHECK(completed + rejected == 200);
    CHECK((rejected == 0 || !scenario.budgets.empty()));
    CHECK_FALSE(results.privacy.empty());
  }
}

TEST_CASE("Protocols side by side answer the same requests, each on links of its own, in one table that fits a terminal") {
  std::optional<EmbeddedFile> const file = find_library_scenario("protocols_side_by_side");
  REQUIRE(file.has_value());
  LoadOptions options;
  options.assignments = {"stop.requests=140", "stop.warm_up_s=0"};
  Scenario const scenario = samples::scenario_of(std::string(file->content), options);
  Results const results = run(scenario);
  double up = 0;
  double down = 0;
  for (WorkloadResult const& workload : results.workloads) {
    INFO(workload.name);
    CHECK(workload.counted == 20);
    CHECK(workload.prompt_tokens == results.workloads.front().prompt_tokens);
    CHECK(workload.output_tokens == results.workloads.front().output_tokens);
    REQUIRE(workload.bytes_up.has_value());
    up += *workload.bytes_up;
    down += *workload.bytes_down;
  }
  CHECK(up == Approx(results.bytes_up));
  CHECK(down == Approx(results.bytes_down));
  std::string const text = answer_text(scenario, results);
  std::size_t const begin = text.find("  workload ");
  REQUIRE(begin != std::string::npos);
  std::string const table = text.substr(begin, text.find("\n\n", begin) + 1 - begin);
  std::size_t rows = 0;
  for (std::size_t at = 0; at < table.size(); at = table.find('\n', at) + 1, ++rows) {
    CHECK(table.find('\n', at) - at <= 122);
  }
  CHECK(rows == 1 + scenario.workloads.size());
  CHECK(table.find("  nothing\n") != std::string::npos);                         // local
  CHECK(table.find("  operator: prompt and answer\n") != std::string::npos);     // cloud
  CHECK(table.find("  operator: ciphertext\n") != std::string::npos);            // enclave
  CHECK(table.find("  operator: block1, not measured\n") != std::string::npos);  // split
  CHECK(table.find("  operator: answer; noisy prompt (epsilon 1)\n") != std::string::npos);
  CHECK(text.find("  assumed       workload 'talaria': options.talaria.rank_ratio (given in the scenario)\n") !=
        std::string::npos);
  CHECK(text.find("  assumed       workload 'cmif': options.cmif.candidates (default, not published)\n") !=
        std::string::npos);
}

TEST_CASE("Workloads on one link cannot tell their bytes apart") {
  std::optional<EmbeddedFile> const file = find_library_scenario("cloud_only_llama_3_8b");
  REQUIRE(file.has_value());
  std::string text(file->content);
  std::size_t const begin = text.find("workloads {");
  std::string other = text.substr(begin, text.find("\n}\n", begin) + 3 - begin);
  text += other.replace(other.find("\"chat\""), 6, "\"code\"");
  LoadOptions options;
  options.assignments = {"stop.requests=20"};
  Results const results = run(samples::scenario_of(text, options));
  CHECK_FALSE(results.workloads[0].bytes_up.has_value());
  CHECK_FALSE(results.workloads[1].bytes_down.has_value());
  CHECK(results.bytes_up > 0);
}

TEST_CASE("Every sweep of the library asks a question, and its scenario loads at the ends of every axis") {
  std::vector<std::string> const names = library_sweep_names();
  REQUIRE_FALSE(names.empty());
  for (std::string const& name : names) {
    CAPTURE(name);
    CHECK_FALSE(find_library_scenario(name).has_value());
    EmbeddedFile const file = *find_library_sweep(name);
    Diagnostics diagnostics;
    std::optional<Sweep> const sweep =
        load_sweep_text(file.path, std::string(file.content), samples::catalog(), diagnostics, MustLoad::at_every_end);
    INFO(diagnostics.text());
    REQUIRE(sweep.has_value());
    CHECK(sweep->name == name);
    CHECK(sweep->question.ends_with("?"));
  }
}

TEST_CASE("A name that the library does not have finds nothing") { CHECK_FALSE(find_library_scenario("gpz").has_value()); }

TEST_CASE("The schema comes in an order in which each file's imports stand before it") {
  std::string seen;
  for (EmbeddedFile const& file : schema_files()) {
    std::string const content(file.content);
    for (std::size_t at = content.find("\nimport \""); at != std::string::npos; at = content.find("\nimport \"", at + 1)) {
      std::string const imported = content.substr(at + 9, content.find('"', at + 9) - at - 9);
      INFO(imported);
      CHECK((imported.rfind("google/", 0) == 0 || seen.find(imported) != std::string::npos));
    }
    seen += std::string(file.path) + "\n";
  }
  CHECK(seen.find("scenarios/scenario.proto") != std::string::npos);
}

}  // namespace coinfer
