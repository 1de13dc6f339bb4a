#include "tests/laws/samples.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>

#include "scenarios/report/report.hpp"
#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"
#include "sim/base/files.hpp"

namespace coinfer::laws {

Scenario scenario_of(std::string const& text) {
  static Catalog const catalog{std::nullopt};
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = load_scenario_text("scenario.textproto", text, {}, catalog, diagnostics);
  INFO(text);
  INFO(diagnostics.text());
  REQUIRE(scenario.has_value());
  return std::move(*scenario);
}

ResultTexts texts_of(Scenario const& scenario, Results const& results) {
  std::filesystem::path const file =
      std::filesystem::temp_directory_path() / ("coinfer_laws_" + std::to_string(getpid()) + ".csv");
  write_requests_csv(scenario, results, file);
  ResultTexts texts{summary_json(scenario, results), read_file(file), exposures_csv(results), resources_csv(results)};
  std::filesystem::remove(file);
  return texts;
}

std::uint64_t sample_count() {
  char const* const wanted = std::getenv("COINFER_LAW_SAMPLES");
  return wanted == nullptr ? 200 : std::strtoull(wanted, nullptr, 10);
}

void for_each_sample(std::function<void(Sample const&)> const& check) {
  std::uint64_t const last = sample_count();
  for (std::uint64_t seed = 1; seed <= last; ++seed) {
    RandomScenario random = random_scenario(seed);
    INFO("seed " << seed << "\n" << random.text);
    Scenario scenario = scenario_of(random.text);
    Results results = run(scenario);
    check(Sample{seed, std::move(random), std::move(scenario), std::move(results)});
  }
}

double ulp(double value) { return std::nextafter(value, std::numeric_limits<double>::infinity()) - value; }

}  // namespace coinfer::laws
