#include "tests/bench/heap_pipeline.hpp"

namespace coinfer::bench {

HeapPipeline::HeapPipeline(PipelineSpec const& spec, std::uint64_t seed)
    : spec_(spec),
      gap_{1 / spec.arrivals_per_s},
      gaps_(seed, "gap", 0),
      devices_(seed, "device", 0),
      uplink_s_(spec.uplink_bytes / spec.bytes_per_s),
      downlink_s_(spec.downlink_bytes / spec.bytes_per_s),
      edges_(spec.devices) {
  push(draw(gap_, gaps_), What::arrival, 0);
}

void HeapPipeline::run_until(double time_s) {
  while (!events_.empty() && events_.top().time_s <= time_s) {
    Event const event = events_.top();
    events_.pop();
    now_s_ = event.time_s;
    ++counts_.events;
    handle(event);
  }
  now_s_ = time_s;
}

void HeapPipeline::arrive() {
  push(now_s_ + draw(gap_, gaps_), What::arrival, 0);
  Request const request = {now_s_, static_cast<std::uint32_t>(devices_.below(edges_.size()))};
  std::uint32_t index;
  if (free_requests_.empty()) {
    index = static_cast<std::uint32_t>(requests_.size());
    requests_.push_back(request);
  } else {
    index = free_requests_.back();
    free_requests_.pop_back();
    requests_[index] = request;
  }
  enter(edges_[request.device], spec_.edge_s, What::edge_end, index);
}

void HeapPipeline::enter(Server& server, double service_s, What end, std::uint32_t request) {
  if (server.busy) {
    server.waiting.push_back(request);
    return;
  }
  server.busy = true;
  push(now_s_ + service_s, end, request);
}

void HeapPipeline::leave(Server& server, double service_s, What end) {
  server.busy = !server.waiting.empty();
  if (!server.busy) return;
  push(now_s_ + service_s, end, server.waiting.front());
  server.waiting.pop_front();
}

void HeapPipeline::handle(Event const& event) {
  std::uint32_t const request = event.request;
  switch (event.what) {
    case What::arrival:
      arrive();
      break;
    case What::edge_end:
      leave(edges_[requests_[request].device], spec_.edge_s, What::edge_end);
      push(now_s_ + spec_.latency_s, What::uplink_reached, request);
      break;
    case What::uplink_reached:
      enter(uplink_, uplink_s_, What::uplink_end, request);
      break;
    case What::uplink_end:
      leave(uplink_, uplink_s_, What::uplink_end);
      enter(gpu_, spec_.gpu_s, What::gpu_end, request);
      break;
    case What::gpu_end:
      leave(gpu_, spec_.gpu_s, What::gpu_end);
      push(now_s_ + spec_.latency_s, What::downlink_reached, request);
      break;
    case What::downlink_reached:
      enter(downlink_, downlink_s_, What::downlink_end, request);
      break;
    case What::downlink_end:
      leave(downlink_, downlink_s_, What::downlink_end);
      ++counts_.completed;
      counts_.latency_sum_s += now_s_ - requests_[request].arrival_s;
      free_requests_.push_back(request);
      break;
  }
}

}  // namespace coinfer::bench
