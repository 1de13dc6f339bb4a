// A server that works in iterations: a scheduler composes a batch of sessions, a batch step says what that batch asks of
// the iteration's task graph, and the iteration is over when the graph has run.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "sim/kernel/batching.hpp"
#include "sim/kernel/kernel_ids.hpp"
#include "sim/kernel/occupancy.hpp"
#include "sim/kernel/part_times.hpp"

namespace coinfer {

struct ServerSpec {
  BatchScheduler& scheduler;  ///< this server's alone; outlives the simulation, as the step does
  BatchStep const& step;
  GraphId graph;                    ///< of an iteration: compute, transfer and delay tasks
  std::vector<StationId> stations;  ///< by role of the graph; may be shared with other runs and servers
  std::vector<RouteId> routes;      ///< by role of the graph
};

/// Serves the calls of serve tasks, one iteration at a time. Idle and up, it composes a batch at the end of the instant in
/// which a call enters or leaves, an iteration ends, or the scheduler's date comes. While it is down it begins no
/// iteration; one that has begun goes on as far as its stations and pipes do.
///
/// A member of an iteration (its call still in when that ends) is charged the whole of it, divided as the iteration's run
/// is, where what is due to the openings of others counts as interference (see `divide`); the gaps between its being ready,
/// its iterations and its end are waiting. That costs one further pricing for the stepping members of a batch with
/// openings, and one for each opening beside others.
class IterationServer {
 public:
  IterationServer(ServerSpec spec, std::size_t tasks, std::uint32_t index);

  [[nodiscard]] ServerSpec const& spec() const { return spec_; }
  [[nodiscard]] bool up() const { return up_; }
  /// Calls that are in, whether in the batch or not.
  [[nodiscard]] std::uint32_t calls() const { return calls_; }
  /// The run of the iteration in flight, if there is one.
  [[nodiscard]] std::optional<RunId> iteration() const { return run_; }
  /// What the iteration in flight works on, or the last one did.
  [[nodiscard]] Batch const& batch() const { return batch_; }
  /// In service: sessions in the batch. Waiting: calls that are in, but not in the batch. Follows at the end of an instant.
  [[nodiscard]] Occupancy const& occupancy() const { return occupancy_; }
  Occupancy& occupancy() { return occupancy_; }
  /// Iterations that have ended, and the units of work done in them.
  [[nodiscard]] std::uint64_t iterations() const { return iterations_; }
  [[nodiscard]] std::uint64_t units() const { return units_; }
  /// The most sessions in one iteration.
  [[nodiscard]] std::size_t largest_batch() const { return largest_batch_; }

  // What follows is for Simulation.

  /// A call of a task begins.
  void enter(KernelState& state, ServeCall const& call);
  /// A call is over before its time. Returns whether the iteration in flight works on it.
  bool leave(KernelState& state, std::uint32_t task);
  void set_up(KernelState& state, bool up);
  /// Composes anew at the end of this instant, if it is idle.
  void wake(KernelState& state);
  /// Handles a batch_start event. Where an iteration is to begin: appends the tasks whose first it is, and returns what it
  /// asks for; otherwise empty.
  std::span<TaskAmount const> compose(KernelState& state, std::uint32_t stamp, std::vector<std::uint32_t>& begun);
  void begin(RunId run) { run_ = run; }
  /// The iteration has ended: charges its members and returns the tasks whose calls are over, in phase `ending`, until the
  /// next call.
  std::span<std::uint32_t const> end(KernelState& state, EndedRun const& run);

 private:
  void schedule(KernelState& state, double date_s);
  void count(double now_s);
  void charge(KernelState& state, EndedRun const& run);
  std::span<TaskAmount const> price_without_openings(std::uint32_t but);

  ServerSpec spec_;
  std::uint32_t index_;
  bool up_ = true;
  std::optional<RunId> run_;
  double iteration_start_s_ = 0;
  double wake_s_ = std::numeric_limits<double>::infinity();  ///< of the valid batch_start event
  std::uint32_t stamp_ = 0;
  std::uint32_t calls_ = 0;
  std::uint32_t members_ = 0;  ///< calls in the batch in flight that are still in
  Batch batch_;
  Batch others_left_out_;
  std::vector<TaskAmount> amounts_;
  std::vector<TaskAmount> without_;
  std::vector<std::uint32_t> ended_;
  Occupancy occupancy_;
  std::uint64_t iterations_ = 0;
  std::uint64_t units_ = 0;
  std::size_t largest_batch_ = 0;
};

}  // namespace coinfer
