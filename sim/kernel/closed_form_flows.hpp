// Flows whose finish times have a closed form: all flows in flight over a link have the same set of links. Such a group
// shares the smallest bandwidth of the set equally, which is the max-min allocation, and a flow alone takes bytes /
// smallest bandwidth exactly.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/kernel/fair_share.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

class ClosedFormFlows {
 public:
  /// `events` takes a flow_end event per change of a group.
  explicit ClosedFormFlows(EventQueue& events) : events_(events) {}

  /// Makes room for one more link; links are dense indices in the order of these calls.
  void add_link(double bytes_per_s);

  /// Starts the flow if a closed form exists: no link of it is used by a flow with other links. Otherwise nothing changes
  /// and the result is false. `links` is sorted, without duplicates, and outlives the flow.
  bool start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s);
  /// Takes a flow out. Returns false where it is not here.
  bool cancel(std::uint32_t flow, std::span<std::uint32_t const> links, double now_s);
  void set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s);
  /// Handles a flow_end event: appends the flows that end at `now_s`, unless the event is stale.
  void end(std::uint32_t group, std::uint32_t stamp, double now_s, std::vector<std::uint32_t>& ended);

  /// A flow taken out alive, with what it had left to send.
  struct Evicted {
    std::uint32_t flow;
    double bytes_left;
  };
  /// Empties every group that shares a link with `links`, because their flows can no longer be priced here.
  std::vector<Evicted> evict(std::span<std::uint32_t const> links, double now_s);

 private:
  struct Group {
    std::vector<std::uint32_t> links;
    FairShare share;
    std::uint32_t stamp = 0;
  };
  std::uint32_t make_group(std::span<std::uint32_t const> links, double now_s);
  void schedule(std::uint32_t group);
  void release_if_empty(std::uint32_t group);
  [[nodiscard]] double smallest_bandwidth(std::span<std::uint32_t const> links) const;

  EventQueue& events_;
  std::vector<double> bandwidth_;             ///< by link
  std::vector<std::uint32_t> group_of_link_;  ///< by link, or `nothing`
  std::vector<Group> groups_;
  std::vector<std::uint32_t> free_groups_;
};

}  // namespace coinfer
