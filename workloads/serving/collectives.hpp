// How long the members of a group take to exchange what tensor and pipeline parallelism ask for.
#pragma once

#include <cstdint>

#include "sim/base/units.hpp"
#include "workloads/serving/server_config.hpp"

namespace coinfer {

/// A ring all-reduce of `size` bytes held by each of t members:
///
///   time = 2 (t - 1) / t * size / bandwidth + 2 (t - 1) * latency
///
/// (reduce-scatter, then all-gather, t - 1 rounds of size / t bytes each; Patarasuk and Yuan, "Bandwidth optimal all-reduce
/// algorithms for clusters of workstations", J. Parallel Distrib. Comput. 69(2), 2009; it is what NCCL uses for large
/// sizes). 0 for one member. Leaves out the arithmetic of the sums, trees and one-shot kernels, which are faster for small
/// sizes, reductions inside a switch, and overlap with compute.
Seconds all_reduce_time(Bytes size, std::uint32_t members, PeerLink const& peer);

/// From one pipeline stage to the next: size / bandwidth + latency.
Seconds hop_time(Bytes size, PeerLink const& peer);

}  // namespace coinfer
