// The pipeline as one would write it by hand for this pipeline alone: a binary heap of events and one switch. No task
// graphs, no cancellation, no attribution, no statistics of resources: what is left when everything general is gone.
#pragma once

#include <deque>
#include <queue>
#include <vector>

#include "sim/base/distributions.hpp"
#include "tests/bench/pipeline.hpp"

namespace coinfer::bench {

class HeapPipeline {
 public:
  HeapPipeline(PipelineSpec const& spec, std::uint64_t seed);

  /// Goes on until `time_s`. Requests that are under way then stay so.
  void run_until(double time_s);
  [[nodiscard]] PipelineCounts counts() const { return counts_; }

 private:
  enum class What : std::uint32_t {
    edge_end,
    uplink_reached,
    uplink_end,
    gpu_end,
    downlink_reached,
    downlink_end,
    arrival
  };
  struct Event {
    double time_s;
    std::uint64_t order;
    What what;
    std::uint32_t request;
    /// std::priority_queue has the largest on top.
    bool operator<(Event const& other) const {
      return time_s > other.time_s || (time_s == other.time_s && order > other.order);
    }
  };
  struct Server {
    bool busy = false;
    std::deque<std::uint32_t> waiting;
  };
  struct Request {
    double arrival_s;
    std::uint32_t device;
  };

  void push(double time_s, What what, std::uint32_t request) { events_.push({time_s, order_++, what, request}); }
  void arrive();
  void enter(Server& server, double service_s, What end, std::uint32_t request);
  void leave(Server& server, double service_s, What end);
  void handle(Event const& event);

  PipelineSpec spec_;
  Exponential gap_;
  RandomStream gaps_;
  RandomStream devices_;
  double uplink_s_;
  double downlink_s_;
  double now_s_ = 0;
  std::uint64_t order_ = 0;
  std::priority_queue<Event> events_;
  std::vector<Server> edges_;
  Server uplink_;
  Server gpu_;
  Server downlink_;
  std::vector<Request> requests_;
  std::vector<std::uint32_t> free_requests_;
  PipelineCounts counts_;
};

}  // namespace coinfer::bench
