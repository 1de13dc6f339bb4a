// How much a data owner may give away over a run.
#pragma once

#include <cstdint>
#include <optional>

#include "platforms/platform.hpp"
#include "privacy/composition.hpp"

namespace coinfer {

/// What happens to a request that would spend more than is left.
enum class WhenSpent : std::uint8_t {
  reject,  ///< it is rejected before it shows anything
  go_on,   ///< it runs all the same, and is counted
};

/// The budget of every member of one source, over all workloads that it sends.
struct PrivacyBudget {
  DeviceId source;
  double epsilon = 0;           ///< greatest total of a member, > 0
  std::optional<double> delta;  ///< at which it is stated, in (0, 1); given unless the theorem is the sequential one
  CompositionTheorem theorem = CompositionTheorem::sequential;
  WhenSpent when_spent = WhenSpent::reject;
};

}  // namespace coinfer
