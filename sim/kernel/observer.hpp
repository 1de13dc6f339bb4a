// The seams for whoever watches a simulation: what tasks do, and how resources stand on a grid of dates. Watching changes
// nothing: neither schedules an event or draws, and what a simulation does is the same bits with and without.
#pragma once

#include <cstdint>

#include "sim/kernel/kernel_ids.hpp"
#include "sim/kernel/part_times.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

/// A task of a run in flight.
struct ObservedTask {
  TaskRun const& times;  ///< when it was ready, began service and ended, as far as that is known
  GraphId graph;
  std::uint32_t task;    ///< index in the graph
  std::uint32_t tag;     ///< of its run; of an iteration's run: nothing that is of use
  std::uint32_t server;  ///< whose iteration its run is; `nothing`: a run that a caller started
};

/// Hears of every task. Calls come in the order of simulated time. Iterations that a server takes at once, on resources of
/// its own, have no tasks; see SimulationListener for them.
class Observer {
 public:
  virtual ~Observer() = default;
  /// It has to wait: for a station, or for a first-come-first-served link (once for each that is held).
  virtual void task_waits(ObservedTask const& task) = 0;
  /// Its service, flow, delay or first iteration begins.
  virtual void task_started(ObservedTask const& task) = 0;
  /// It has ended; `cancelled`: before its time, and maybe before it started.
  virtual void task_ended(ObservedTask const& task, bool cancelled) = 0;
  /// A run that a caller started has ended: the times of all its tasks are there, until this returns.
  virtual void run_ended(EndedRun const& run, GraphId graph, std::uint32_t tag) = 0;
};

/// Reads how resources stand on dates of its own choice. It is called before the first thing happens at or after a date:
/// until then nothing has changed since the last thing that happened, so that integrals can be extrapolated (Occupancy).
class Sampler {
 public:
  virtual ~Sampler() = default;
  /// The clock is about to move to `time_s`, at or past the date asked for. Returns the next date, above `time_s`.
  virtual double clock_moves(double time_s) = 0;
  /// A transfer has ended that began before the date last passed: its bytes are not all of the time since then.
  virtual void transfer_ended(RouteId route, double start_s, double end_s, double bytes) = 0;
};

}  // namespace coinfer
