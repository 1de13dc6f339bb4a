// Laws 6 and 12: what the bytes of results depend on, and what they do not.
#include "scenarios/run/run.hpp"
#include "sim/kernel/child_process.hpp"
#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

std::string joined(ResultTexts const& texts) { return texts.summary + texts.requests + texts.exposures + texts.resources; }

std::string run_text(std::string const& text) {
  Scenario const scenario = scenario_of(text);
  return joined(texts_of(scenario, run(scenario)));
}

}  // namespace

TEST_CASE("Law 6: the same file, seed and engine give the same bytes, again and in another process") {
  for_each_sample([](Sample const& sample) {
    std::string const first = joined(texts_of(sample.scenario, sample.results));
    CHECK(run_text(sample.random.text) == first);
    if (sample.seed % 4 == 0) {
      CHECK(run_in_child([&] { return run_text(sample.random.text); }) == first);
    }
    std::string const plain = random_scenario(sample.seed, {"PLAIN", false}).text;
    if (sample.seed % 4 == 1) CHECK(run_text(plain) == run_text(plain));
  });
}

TEST_CASE("Law 6: another seed gives other arrivals") {
  std::uint64_t differing = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::string const text = random_scenario(seed).text;
    std::string other = text;
    std::string const line = "seed: " + std::to_string(seed) + "\n";
    other.replace(other.find(line), line.size(), "seed: 4711\n");
    differing += run_text(text) == run_text(other) ? 0 : 1;
  }
  // Evenly spaced arrivals from one device have nothing to draw.
  CHECK(differing >= 12);
}

TEST_CASE("Law 12: renaming devices, switches, links and workloads changes only names in the output") {
  for_each_sample([](Sample const& sample) {
    std::string const renamed = random_scenario(sample.seed, {"FAST", true}).text;
    REQUIRE(renamed != sample.random.text);
    REQUIRE(with_usual_names(renamed) == sample.random.text);
    CHECK(with_usual_names(run_text(renamed)) == joined(texts_of(sample.scenario, sample.results)));
  });
}

}  // namespace coinfer::laws
