#include "workloads/serving/join_shortest_queue_router.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace coinfer {

std::uint32_t JoinShortestQueueRouter::choose(std::span<ReplicaLoad const> replicas, std::uint32_t) {
  assert(!replicas.empty());
  auto const best = std::min_element(replicas.begin(), replicas.end(), [](ReplicaLoad const& a, ReplicaLoad const& b) {
    return std::tuple(!a.up, a.waiting, a.waiting_tokens, a.outstanding) <
           std::tuple(!b.up, b.waiting, b.waiting_tokens, b.outstanding);
  });
  return static_cast<std::uint32_t>(best - replicas.begin());
}

}  // namespace coinfer
