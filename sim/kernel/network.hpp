// Pipes and the routes over them: the life of a transfer.
//
// A transfer pays the latency of its route, then waits for the first-come-first-served pipes on it, then flows: alone it
// takes exactly the sum of latencies plus bytes / smallest bandwidth, and latency never biases how a fair pipe is shared.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "sim/base/distributions.hpp"
#include "sim/base/random.hpp"
#include "sim/kernel/fair_flows.hpp"
#include "sim/kernel/iteration_stretch.hpp"
#include "sim/kernel/kernel_ids.hpp"
#include "sim/kernel/pipe.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

/// Hears of transfers, each of which is a task.
class TransferListener {
 public:
  virtual ~TransferListener() = default;
  /// A first-come-first-served link of its route is held.
  virtual void transfer_waits(std::uint32_t task) = 0;
  /// Its flow has begun.
  virtual void transfer_started(std::uint32_t task) = 0;
  /// Its last byte has arrived; what it held is free.
  virtual void transfer_ended(std::uint32_t task) = 0;
  /// SimGrid is about to move the clock.
  virtual void clock_moves(double time_s) = 0;
};

class Network final : private FlowSink {
 public:
  /// All outlive the network; `host` is what SimGrid, where it is needed, runs beside.
  Network(EngineKind engine, KernelState& state, TransferListener& listener, SimgridFlows::Host& host)
      : state_(state), listener_(listener), flows_(engine, state.events, *this, host) {}

  PipeId add_pipe(PipeSpec const& spec);
  /// A source of random extra latency in seconds, of which every transfer over a route that names it takes one draw, in the
  /// order in which transfers are requested.
  JitterId add_jitter(Distribution const& extra_s, RandomStream const& stream);
  /// A path over pipes in order of travel, without duplicates; may be empty (both ends on one device), and is then
  /// immediate but for `latency_s` >= 0. `backward` are those of the pipes that serve both directions of a link and are
  /// crossed from its far end: their bytes are counted apart. `jitter` adds to the latency, a draw of each.
  RouteId add_route(std::span<PipeId const> pipes, double latency_s, std::span<PipeId const> backward,
                    std::span<JitterId const> jitter);
  /// Changes a pipe's bandwidth for transfers in flight and later ones; 0 is an outage.
  void set_bandwidth(PipeId pipe, double bytes_per_s);

  /// A task asks to move its `amount` of bytes over its route (`TaskRun::resource`), now.
  void request(std::uint32_t task);
  /// Handles the delay_end event of a transfer: the end of its propagation, or of a transfer that moves nothing.
  void end_delay(std::uint32_t task);
  /// Handles a flow_end event: the flows of a closed-form group that end now, unless the event is stale.
  void end_flows(std::uint32_t group, std::uint32_t stamp);
  /// Takes a transfer out, whatever it waits for or holds.
  void cancel(std::uint32_t task);

  /// What the route does to a transfer that has it to itself; it must be without jitter (asserted).
  [[nodiscard]] LoneRoute alone(RouteId route) const;
  /// Transfers over a route that took place without events of their own: so many bytes were asked for, so many carried, in
  /// so many transfers that ended, which flowed for so long.
  void credit(RouteId route, double offered_bytes, double bytes, std::uint64_t transfers, double flow_s);

  [[nodiscard]] PipeState const& pipe(PipeId id) const { return pipes_[id.index()]; }
  /// Brings the integrals of every pipe up to the clock.
  void settle();
  /// SimGrid, while it has flows in flight; otherwise null.
  [[nodiscard]] SimgridFlows* simgrid() { return flows_.simgrid(); }
  [[nodiscard]] std::uint64_t simgrid_flows() const { return flows_.simgrid_flows(); }

 private:
  struct Path {
    std::vector<std::uint32_t> pipes;  ///< sorted
    std::vector<std::uint32_t> fifo;   ///< those served in order, sorted: the order in which they are acquired
    std::vector<std::uint32_t> backward;
    std::vector<std::uint32_t> jitter;
    double latency_s;
  };
  struct Jitter {
    Distribution extra_s;
    RandomStream stream;
  };

  void flow_ended(std::uint32_t task, double now_s) override;
  [[nodiscard]] Path const& path_of(std::uint32_t task) const { return routes_[state_.tasks[task].resource]; }
  [[nodiscard]] bool flows(std::uint32_t task) const;
  void acquire(std::uint32_t task);
  void start(std::uint32_t task);
  void release(std::uint32_t task);
  void end(std::uint32_t task);

  KernelState& state_;
  TransferListener& listener_;
  FairFlows flows_;
  std::vector<PipeState> pipes_;
  std::vector<Jitter> jitters_;
  std::deque<Path> routes_;           ///< flows in flight refer to their path's pipes, so paths must not move
  std::vector<std::uint32_t> ended_;  ///< transfers that end at this instant, while they are being handled
};

}  // namespace coinfer
