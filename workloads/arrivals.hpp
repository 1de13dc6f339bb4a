// When requests come in an open loop: without regard to how the system fares.
#pragma once

#include <cstddef>
#include <optional>

#include "sim/base/units.hpp"

namespace coinfer {

/// The arrival times of one workload, one after the other.
class Arrivals {
 public:
  virtual ~Arrivals() = default;
  /// The next arrival, in seconds from the start of the run; at least 0 and never before the one before it. Nothing when
  /// there are no more, and from then on.
  virtual std::optional<Seconds> next() = 0;
  /// The row, counted from 0, of the recorded trace that the last arrival came from; 0 where nothing was recorded.
  [[nodiscard]] virtual std::size_t row() const { return 0; }
};

}  // namespace coinfer
