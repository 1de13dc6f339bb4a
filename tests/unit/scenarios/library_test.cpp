#include "scenarios/library.hpp"

#include <catch2/catch.hpp>

#include "scenarios/run/run.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

TEST_CASE("Every scenario of the library opens with its question, loads, and runs 200 requests to their end") {
  std::vector<std::string> const names = library_scenario_names();
  CHECK(names.size() >= 4);
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
    CHECK(results.all.outcomes[static_cast<std::size_t>(Outcome::completed)] == 200);
    CHECK_FALSE(results.privacy.empty());
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
