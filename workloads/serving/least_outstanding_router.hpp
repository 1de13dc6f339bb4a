// The replica with the fewest requests under way.
#pragma once

#include "workloads/serving/router.hpp"

namespace coinfer {

/// The smallest `outstanding`; the first such replica, in the order of the fleet.
class LeastOutstandingRouter : public Router {
 public:
  std::uint32_t choose(std::span<ReplicaLoad const> replicas, std::uint32_t member) override;
};

}  // namespace coinfer
