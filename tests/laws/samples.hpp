// Loading, running and printing scenarios for the laws.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"
#include "tests/laws/random_scenario.hpp"

namespace coinfer::laws {

/// How many random scenarios each law is tried on; seeds count from 1. 200, or what COINFER_LAW_SAMPLES says: more for a
/// search that may take its time.
std::uint64_t sample_count();

/// The scenario of a text, which must be right.
Scenario scenario_of(std::string const& text);

/// What a results folder would hold, without the manifest.
struct ResultTexts {
  std::string summary;
  std::string requests;
  std::string exposures;
  std::string resources;
};
ResultTexts texts_of(Scenario const& scenario, Results const& results);

/// One random scenario and what came of it.
struct Sample {
  std::uint64_t seed;
  RandomScenario random;
  Scenario scenario;
  Results results;
};

/// Runs every random scenario and hands it to `check`; a failure names the seed and shows the file.
void for_each_sample(std::function<void(Sample const&)> const& check);

/// Spacing of doubles around `value`.
double ulp(double value);

}  // namespace coinfer::laws
