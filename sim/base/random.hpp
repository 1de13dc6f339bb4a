// Named random streams. A stream is keyed by what it is for and by the position of its owner in the scenario, never by a
// name, so that renaming a device changes nothing, and adding a stream does not shift another one.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace coinfer {

/// A stream of uniform draws: xoshiro256** (Blackman and Vigna, ACM TOMS 2021), seeded by splitmix64 over the key.
class RandomStream {
 public:
  /// `purpose` says what is drawn ("arrivals.gap"); `index` is the owner's declaration index.
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index);

  /// 64 uniform bits.
  std::uint64_t bits();
  /// Uniform in (0, 1): never 0, never 1, 52 bits.
  double uniform();
  /// Uniform integer in [0, n), n >= 1, without bias.
  std::uint64_t below(std::uint64_t n);

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace coinfer
