// Scenarios for the tests of this room.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "scenarios/scenario_load.hpp"

namespace coinfer::samples {

inline Catalog const& catalog() {
  static Catalog const shared{std::nullopt};
  return shared;
}

/// The scenario of a text, which must be right.
inline Scenario scenario_of(std::string const& text, LoadOptions const& options = {}) {
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = load_scenario_text("s", text, options, catalog(), diagnostics);
  INFO(diagnostics.text());
  REQUIRE(scenario.has_value());
  return std::move(*scenario);
}

/// What is wrong with a text, which must not be right.
inline std::string problems_of(std::string const& text, LoadOptions const& options = {}) {
  Diagnostics diagnostics;
  CHECK_FALSE(load_scenario_text("s", text, options, catalog(), diagnostics).has_value());
  return diagnostics.text();
}

inline std::string device(std::string const& name, std::string const& more = "") {
  return "devices { name: \"" + name + "\" domain: \"" + name + " owner\" " + more +
         " processors { name: \"cpu\" kind: CPU rates { type: FP32 gflop_per_s: 0.002 } } }\n";
}

inline std::string link(std::string const& name, std::string const& from, std::string const& to,
                        std::string const& more = "") {
  return "links { name: \"" + name + "\" from: \"" + from + "\" to: \"" + to +
         "\" domain: \"network\" up_mbit_per_s: 8 latency_ms: 10 " + more + " }\n";
}

/// A workload on a model of two layers, a and b, each 1 s on the devices above, with 4000 bytes between them.
inline std::string workload(std::string const& name, std::string const& source, std::string const& rest) {
  std::string const layer = " op { linear { out_features: 1000 bias: false } } } }\n";
  return "workloads { name: \"" + name + "\" source: \"" + source +
         "\" model_inline { name: \"m\" input_shape: [1000]\n parts { layer { name: \"a\"" + layer +
         " parts { layer { name: \"b\"" + layer + "}\n" + rest + " }\n";
}

inline std::string const split =
    "protocol: \"plain_split\" placement { stages { on: \"phone\" until: \"a\" } stages { on: \"cloud\" } }\n";
inline std::string const local = "protocol: \"local_only\" placement { stages { on: \"phone\" } }\n";
inline std::string const each_5_s = "arrivals { fixed_rate { rate_per_s: 0.2 } }\n";

/// A phone and a cloud, cut after a, a request every 5 s.
inline std::string phone_and_cloud(std::string const& more = "stop { requests: 3 }\n") {
  return "name: \"s\"\n" + device("phone") + device("cloud") + link("access", "phone", "cloud") +
         workload("w", "phone", split + each_5_s) + more;
}

}  // namespace coinfer::samples
