#include <array>

#include "workloads/serving/attached_router.hpp"
#include "workloads/serving/join_shortest_queue_router.hpp"
#include "workloads/serving/least_outstanding_router.hpp"
#include "workloads/serving/round_robin_router.hpp"
#include "workloads/serving/router.hpp"

namespace coinfer {

namespace {

template <class Kind>
std::unique_ptr<Router> make() {
  return std::make_unique<Kind>();
}

constexpr std::array<RouterEntry, 4> table = {{
    {"round_robin", "one replica after the other", make<RoundRobinRouter>},
    {"least_outstanding", "the replica with the fewest requests that are not over", make<LeastOutstandingRouter>},
    {"join_shortest_queue", "the replica with the fewest requests that wait to be admitted, then the fewest tokens of them",
     make<JoinShortestQueueRouter>},
    {"attached", "the replica that belongs to the member of the fleet that asks", make<AttachedRouter>},
}};

}  // namespace

std::span<RouterEntry const> routers() { return table; }

std::unique_ptr<Router> make_router(RouterKind kind) { return table[static_cast<std::size_t>(kind)].make(); }

}  // namespace coinfer
