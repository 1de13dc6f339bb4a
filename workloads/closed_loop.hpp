// Users who wait for their answers.
#pragma once

#include <cstdint>

#include "sim/base/distributions.hpp"

namespace coinfer {

/// A fixed number of users, each of whom thinks, sends, waits for the answer, and thinks again. When a request comes
/// depends on when the last one ended, so the run loop drives it: this is not an `Arrivals`. User u sits on member u modulo
/// count of the source. Think times in seconds, from the stream RandomStream(seed, "arrivals.think", workload index).
struct ClosedLoop {
  std::uint32_t users = 1;  ///< >= 1
  Distribution think = Constant{0};
};

}  // namespace coinfer
