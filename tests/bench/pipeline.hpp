// The pipeline of the speed question: requests arrive at a fleet of edge devices, are computed there, cross a shared
// uplink, are computed on one GPU, and come back over a downlink. Everything is first come, first served.
#pragma once

#include <cstdint>

namespace coinfer::bench {

/// The same numbers stand in pipeline_simpy.py and pipeline.textproto; run_pipeline.py checks that the latencies agree.
struct PipelineSpec {
  std::uint32_t devices = 100;
  double arrivals_per_s = 175;   ///< Poisson, of the whole fleet; each device gets an equal share
  double edge_s = 0.2;           ///< load 0.35 of each device
  double uplink_bytes = 32768;   ///< load 0.46
  double gpu_s = 0.004;          ///< load 0.70
  double downlink_bytes = 1000;  ///< load 0.01
  double bytes_per_s = 12.5e6;   ///< of either link
  double latency_s = 0.01;       ///< of either link
};

struct PipelineCounts {
  std::uint64_t completed = 0;
  double latency_sum_s = 0;
  std::uint64_t events = 0;
};

}  // namespace coinfer::bench
