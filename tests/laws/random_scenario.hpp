// Small scenarios drawn from a seed, for laws that must hold whatever the scenario: every protocol, every kind of arrivals,
// links and processors of every kind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace coinfer::laws {

/// Where one workload was asked to run: the "device.processor" of every layer, in model order.
struct AskedPlacement {
  std::vector<std::string> of_layer;
};

struct RandomScenario {
  std::string text;                        ///< a scenario file
  std::vector<AskedPlacement> placements;  ///< by workload
};

struct RandomOptions {
  std::string engine = "FAST";
  /// Gives devices, switches, links and workloads other names, in another alphabetical order, and changes nothing else.
  bool other_names = false;
};

/// The scenario of a seed: 1 to 4 devices or fleets, up to 2 switches, 1 to 3 workloads, at most some 150 requests.
RandomScenario random_scenario(std::uint64_t seed, RandomOptions const& options = {});

/// `text` with every name that `other_names` gives put back to the usual one.
std::string with_usual_names(std::string text);

}  // namespace coinfer::laws
