// A sweep, checked: which fields of which scenario are varied, and over what.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/gate/expectation.hpp"

namespace coinfer {

/// Numbers between two ends, both among them.
struct AxisRange {
  double from = 0;
  double to = 0;
  std::uint32_t count = 0;  ///< of a grid; 0 where a sample is drawn
  bool logarithmic = false;
  bool whole = false;
};

/// One quantity that is varied.
struct Axis {
  std::string name;                 ///< unique in a sweep
  std::vector<std::string> fields;  ///< at least one path; all take the same value
  std::vector<std::string> values;  ///< as text, in order; empty where `range` is given
  std::optional<AxisRange> range;
  std::string zip;  ///< axes with the same word advance together; empty: by itself
};

/// A condition under which points are left out; see Skip in scenarios/sweep.proto.
struct SkipWhere {
  std::size_t axis = 0;
  std::vector<std::string> is;
  std::optional<double> at_least;
  std::optional<double> at_most;
};
using SkipRule = std::vector<SkipWhere>;

/// How points are drawn in the place of a grid.
struct SampleDesign {
  bool latin_hypercube = true;
  std::uint32_t points = 1;
  std::uint64_t seed = 1;
};

/// The most points of a sweep, before any are skipped.
inline constexpr std::uint64_t most_sweep_points = 10'000'000;

struct Sweep {
  std::string name;
  std::string question;
  std::filesystem::path scenario;  ///< a file that exists, or empty with `library_scenario`
  std::string library_scenario;
  std::vector<std::string> assignments;  ///< "PATH=VALUE", for every point, before those of the axes
  std::vector<Axis> axes;
  std::optional<SampleDesign> sample;
  std::vector<SkipRule> skips;
  std::uint32_t replications = 1;
  bool independent_seeds = false;
  std::vector<Expectation> expectations;  ///< of every point, after those of its scenario
  std::string text;                       ///< the effective sweep in text format, echoed in results
};

/// The seed of one run: `base` is that of the scenario with the settings of every point, `point` a SweepPoint::index. Its
/// first replication has the scenario's own seed (of the first point, where seeds are independent), so that a sweep of one
/// point equals the run.
std::uint64_t seed_of(Sweep const& sweep, std::uint64_t base, std::uint64_t point, std::uint32_t replication);

}  // namespace coinfer
