// What a user expects of one figure of a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace coinfer {

struct Expectation {
  std::string metric;  ///< A path in summary.json, checked against the scenario: "latency_s.p95".
  std::optional<double> at_most;
  std::optional<double> at_least;  ///< At least one of the two bounds is there.
  bool allow_unmeasured = false;
  /// Whether the whole 95 % interval must lie within the bounds, where there is one; else the value alone.
  bool by_interval = true;
  std::string because;  ///< May be empty.
};

}  // namespace coinfer
