#include "tests/bench/kernel_pipeline.hpp"

#include <array>

namespace coinfer::bench {

namespace {

TaskGraph plan(PipelineSpec const& spec) {
  std::vector<TaskGraph::Edge> const edges = {{0, 1}, {1, 2}, {2, 3}};
  return TaskGraph({{TaskKind::compute, first_free_part, 0, spec.edge_s},
                    {TaskKind::transfer, wire_part, 0, spec.uplink_bytes},
                    {TaskKind::compute, first_free_part, 1, spec.gpu_s},
                    {TaskKind::transfer, wire_part, 1, spec.downlink_bytes}},
                   edges);
}

RouteId add_link(Simulation& simulation, PipelineSpec const& spec) {
  return simulation.add_route(std::vector{simulation.add_pipe({spec.bytes_per_s, Sharing::fifo})}, spec.latency_s);
}

}  // namespace

KernelPipeline::KernelPipeline(PipelineSpec const& spec, std::uint64_t seed)
    : simulation_(EngineKind::fast, *this),
      gap_{1 / spec.arrivals_per_s},
      gaps_(seed, "gap", 0),
      devices_(seed, "device", 0),
      gpu_(simulation_.add_station({})),
      uplink_(add_link(simulation_, spec)),
      downlink_(add_link(simulation_, spec)),
      graph_(simulation_.add_graph(plan(spec))) {
  for (std::uint32_t device = 0; device < spec.devices; ++device) edges_.push_back(simulation_.add_station({}));
  simulation_.schedule_arrival(draw(gap_, gaps_), 0);
}

void KernelPipeline::arrived(std::uint32_t) {
  double const now_s = simulation_.now_s();
  simulation_.schedule_arrival(now_s + draw(gap_, gaps_), 0);
  std::uint32_t tag;
  if (free_tags_.empty()) {
    tag = static_cast<std::uint32_t>(arrival_s_.size());
    arrival_s_.push_back(now_s);
  } else {
    tag = free_tags_.back();
    free_tags_.pop_back();
    arrival_s_[tag] = now_s;
  }
  std::array<StationId, 2> const stations = {edges_[devices_.below(edges_.size())], gpu_};
  std::array<RouteId, 2> const routes = {uplink_, downlink_};
  simulation_.start(graph_, stations, routes, tag);
}

void KernelPipeline::run_ended(RunId, std::uint32_t tag) {
  ++completed_;
  latency_sum_s_ += simulation_.now_s() - arrival_s_[tag];
  free_tags_.push_back(tag);
}

}  // namespace coinfer::bench
