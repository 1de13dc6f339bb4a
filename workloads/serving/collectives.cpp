#include "workloads/serving/collectives.hpp"

#include <cassert>

namespace coinfer {

Seconds all_reduce_time(Bytes size, std::uint32_t members, PeerLink const& peer) {
  assert(members > 0);
  if (members == 1) return Seconds(0);
  double const rounds = 2.0 * (members - 1);
  return rounds / members * size / peer.bandwidth + rounds * peer.latency;
}

Seconds hop_time(Bytes size, PeerLink const& peer) { return size / peer.bandwidth + peer.latency; }

}  // namespace coinfer
