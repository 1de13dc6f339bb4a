#include "workloads/serving/round_robin_router.hpp"

#include <cassert>

namespace coinfer {

std::uint32_t RoundRobinRouter::choose(std::span<ReplicaLoad const> replicas, std::uint32_t) {
  assert(!replicas.empty());
  auto const count = static_cast<std::uint32_t>(replicas.size());
  std::uint32_t chosen = next_ % count;
  for (std::uint32_t passed = 0; passed < count && !replicas[chosen].up; ++passed) chosen = (chosen + 1) % count;
  next_ = (chosen + 1) % count;
  return chosen;
}

}  // namespace coinfer
