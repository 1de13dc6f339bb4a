// The machines and links of a random scenario.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/random.hpp"

namespace coinfer::laws {

/// Draws with which scenarios are written.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : stream_(seed, "tests.laws", 0) {}
  bool chance(double share) { return stream_.uniform() < share; }
  /// Uniform in [0, n).
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(stream_.below(n)); }
  /// One of the options, each as likely.
  template <class Value>
  Value one_of(std::vector<Value> const& options) {
    return options[below(static_cast<std::uint32_t>(options.size()))];
  }
  /// Three significant digits or so, between the bounds, as text.
  std::string number(double low, double high);

 private:
  RandomStream stream_;
};

/// Gives out the usual names or the other ones; the two orders are opposite.
class Names {
 public:
  explicit Names(bool other) : other_(other) {}
  [[nodiscard]] std::string device(std::uint32_t index) const { return name("device_", "machine_", index); }
  [[nodiscard]] std::string hub(std::uint32_t index) const { return name("hub_", "node_", index); }
  [[nodiscard]] std::string link(std::uint32_t index) const { return name("link_", "cable_", index); }
  [[nodiscard]] std::string workload(std::uint32_t index) const { return name("load_", "job_", index); }

 private:
  [[nodiscard]] std::string name(std::string const& usual, std::string const& other, std::uint32_t index) const {
    return other_ ? other + static_cast<char>('z' - index) : usual + static_cast<char>('a' + index);
  }
  bool other_;
};

/// A processor or an enclave that layers can be placed on.
struct RandomPlace {
  std::uint32_t device = 0;
  std::string name;       ///< "device.processor" or "device.enclave", as placements say
  std::string processor;  ///< "device.processor": the same for an enclave and the processor whose mode it is
  bool gpu = false;
  bool enclave = false;
  /// Of an enclave: its protected memory is smaller than any model. Nothing is then served there.
  bool tight = false;
};

/// What workloads must know of the machines.
struct RandomPlatform {
  std::string text;
  std::vector<std::uint32_t> counts;  ///< by device
  std::vector<RandomPlace> places;    ///< by device; processors before enclaves
};

RandomPlatform random_platform(Draw& draw, Names const& names);

}  // namespace coinfer::laws
