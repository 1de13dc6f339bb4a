// A replica for each member of the fleet that asks.
#pragma once

#include "workloads/serving/router.hpp"

namespace coinfer {

/// Replica m modulo the number of replicas for member m, whether it is up or not: what it holds is that member's (a
/// confidential VM of its own, say).
class AttachedRouter : public Router {
 public:
  std::uint32_t choose(std::span<ReplicaLoad const> replicas, std::uint32_t member) override {
    return member % static_cast<std::uint32_t>(replicas.size());
  }
};

}  // namespace coinfer
