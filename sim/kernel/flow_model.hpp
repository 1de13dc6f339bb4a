// The seam between the kernel and whatever prices transfers over fair links.
//
// A flow moves bytes over a set of fair links at the max-min fair rate: no link carries more than its bandwidth, and a
// flow's rate can only grow by taking from a flow that is no faster. Latency is no part of it (the kernel pays it as a
// delay before the flow starts), so there is no bias by round-trip time and no window. Alone, a flow takes exactly bytes /
// smallest bandwidth.
#pragma once

#include <cstdint>
#include <span>

namespace coinfer {

/// Receives the end of flows. Called at most once per started flow, never after `cancel`, and never from inside `start`,
/// `cancel` or `set_bandwidth`.
class FlowSink {
 public:
  virtual ~FlowSink() = default;
  /// `flow` has delivered its last byte at `now_s`, which is never earlier than any time reported before.
  virtual void flow_ended(std::uint32_t flow, double now_s) = 0;
};

/// Moves bytes. Links are dense indices fixed at construction, one per direction; flows are the caller's indices, unique
/// among the flows in flight.
class FlowModel {
 public:
  virtual ~FlowModel() = default;
  /// Starts a flow of `bytes` > 0 over `links` (no duplicates, at least one) at `now_s`.
  virtual void start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s) = 0;
  /// Takes a flow out before its end; what it held is shared by the rest from `now_s` on.
  virtual void cancel(std::uint32_t flow, double now_s) = 0;
  /// Changes the bandwidth of one link for the flows in flight and later ones; 0 stops them until it rises again.
  virtual void set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s) = 0;
  /// Flows in flight.
  [[nodiscard]] virtual std::size_t active() const = 0;
};

}  // namespace coinfer
