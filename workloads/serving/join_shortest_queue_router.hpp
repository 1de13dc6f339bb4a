// The replica at which the fewest requests wait.
#pragma once

#include "workloads/serving/router.hpp"

namespace coinfer {

/// The smallest `waiting`, then the smallest `waiting_tokens`, then the smallest `outstanding`; the first such replica, in
/// the order of the fleet. What already runs does not count before that: a long queue of short prompts loses to a short
/// queue behind a full batch.
class JoinShortestQueueRouter : public Router {
 public:
  std::uint32_t choose(std::span<ReplicaLoad const> replicas, std::uint32_t member) override;
};

}  // namespace coinfer
