// One replica after the other.
#pragma once

#include "workloads/serving/router.hpp"

namespace coinfer {

/// The replica after the one chosen last, in the order of the fleet, the first one at the start; replicas that are down are
/// passed over.
class RoundRobinRouter : public Router {
 public:
  std::uint32_t choose(std::span<ReplicaLoad const> replicas, std::uint32_t member) override;

 private:
  std::uint32_t next_ = 0;
};

}  // namespace coinfer
