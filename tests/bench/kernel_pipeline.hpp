// The pipeline on the kernel: a Simulation and a listener, nothing of scenarios, plans or reports.
#pragma once

#include <vector>

#include "sim/base/distributions.hpp"
#include "sim/kernel/simulation.hpp"
#include "tests/bench/pipeline.hpp"

namespace coinfer::bench {

class KernelPipeline final : public SimulationListener {
 public:
  KernelPipeline(PipelineSpec const& spec, std::uint64_t seed);

  /// Goes on until `time_s`. Requests that are under way then stay so.
  void run_until(double time_s) { simulation_.run(time_s); }
  [[nodiscard]] PipelineCounts counts() const { return {completed_, latency_sum_s_, simulation_.events_handled()}; }

  void arrived(std::uint32_t subject) override;
  void timer_fired(std::uint32_t, std::uint32_t) override {}
  void run_ended(RunId run, std::uint32_t tag) override;

 private:
  Simulation simulation_;
  Exponential gap_;
  RandomStream gaps_;
  RandomStream devices_;
  std::vector<StationId> edges_;
  StationId gpu_;
  RouteId uplink_;
  RouteId downlink_;
  GraphId graph_;
  std::vector<double> arrival_s_;  ///< by tag
  std::vector<std::uint32_t> free_tags_;
  std::uint64_t completed_ = 0;
  double latency_sum_s_ = 0;
};

}  // namespace coinfer::bench
