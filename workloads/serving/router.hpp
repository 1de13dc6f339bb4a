// The seam of routers: which replica of a server takes a new request.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "workloads/serving/server_config.hpp"

namespace coinfer {

/// What a router sees of one replica. It stands beside the replicas: the counts are those of this instant.
struct ReplicaLoad {
  std::uint32_t outstanding = 0;     ///< requests sent to it that are not over, parked ones included
  std::uint32_t waiting = 0;         ///< calls that wait to be admitted to an iteration: BatchScheduler::waiting()
  std::uint64_t waiting_tokens = 0;  ///< tokens of their openings: SessionScheduler::waiting_tokens()
  bool up = true;                    ///< a replica that is down is not chosen while another is up
};

/// One per server. Chooses once per request; its calls all go to the same replica.
class Router {
 public:
  virtual ~Router() = default;
  /// Index into `replicas`, which is not empty, for a request of member `member` of the source's fleet. Where all are down,
  /// as if all were up.
  virtual std::uint32_t choose(std::span<ReplicaLoad const> replicas, std::uint32_t member) = 0;
};

/// One line of the table, in the order of RouterKind.
struct RouterEntry {
  std::string_view name;  ///< "round_robin"
  std::string_view description;
  std::unique_ptr<Router> (*make)();
};

/// Everything `coinfer list routers` prints.
std::span<RouterEntry const> routers();

std::unique_ptr<Router> make_router(RouterKind kind);

}  // namespace coinfer
