// The seams of an iteration server: who takes part in an iteration, what the iteration does, and how long that takes.
//
// A server works in iterations. Before each one its scheduler composes a batch of sessions; the batch step says what that
// batch asks of the tasks of the iteration's graph; the iteration is over when the graph has run. A session outlives its
// calls: between two of them it is parked and keeps its state (units held), so that what it produced can cross a network
// and come back.
#pragma once

#include <cassert>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sim/kernel/steady_cost.hpp"
#include "sim/kernel/task_graph.hpp"

namespace coinfer {

/// One session's part in one iteration.
struct BatchItem {
  std::uint32_t session = 0;  ///< the caller's number of what is served
  std::uint32_t task = 0;     ///< the serve task whose call this is; at most one item of a batch
  std::uint32_t units = 1;    ///< units of work done in this iteration, at least 1
  std::uint32_t held = 0;     ///< units of state the session has from before
  bool opening = false;       ///< part of an opening, which may take several iterations, rather than a step
  bool yields = true;         ///< whether it delivers a result at the end; all but the last part of an opening do not
};

/// What one iteration works on, in the order in which the scheduler chose it.
struct Batch {
  std::vector<BatchItem> items;
};

/// What a serve task asks of a server, from the moment it is ready.
struct ServeCall {
  std::uint32_t session = 0;  ///< the tag of the run: a request that keeps its tag over several runs keeps its session
  std::uint32_t task = 0;     ///< the kernel's number of the call; used again only when no batch holds it any more
  std::uint32_t units = 1;  ///< an opening: in all, however many iterations that takes; otherwise per iteration; at least 1
  std::uint32_t steps = 1;  ///< iterations wanted, at least 1; 1 for an opening
  bool opening = false;
};

/// Decides who takes part. One per server.
class BatchScheduler {
 public:
  static constexpr double when_asked = std::numeric_limits<double>::infinity();

  virtual ~BatchScheduler() = default;
  /// A call begins.
  virtual void enter(ServeCall const& call, double now_s) = 0;
  /// A call is over before its time: nothing of it is to be composed any more. Its session may stay open.
  virtual void leave(std::uint32_t task) = 0;
  /// Fills `batch` (handed over empty) for an iteration that begins now. Where it stays empty the server rests until a call
  /// enters or until the returned date, which is after now (`when_asked`: no date); otherwise the result is not used.
  virtual double compose(double now_s, Batch& batch) = 0;
  /// The iteration on `batch` has ended. Appends the tasks of the batch whose calls are over. Items whose call has left
  /// meanwhile are still in the batch.
  virtual void finish(Batch const& batch, double now_s, std::vector<std::uint32_t>& ended) = 0;
  /// Calls that have entered, are not over, and were not in the batch composed last.
  [[nodiscard]] virtual std::uint32_t waiting() const = 0;

  /// For how many iterations, the one on the batch composed last included, `compose` would take the same sessions in the
  /// same order for their steps, of which only the last may end a call, as long as no call enters or leaves and nobody
  /// wakes the server. At least 1; a scheduler that cannot say, or takes openings, answers 1.
  [[nodiscard]] virtual std::uint32_t steady_iterations(Batch const&) const { return 1; }
  /// What `finish` and `compose` would do for so many further iterations, within what `steady_iterations` said: `batch` is
  /// then as the last of them has it, which is to be finished.
  virtual void repeat(Batch&, [[maybe_unused]] std::uint32_t further) { assert(further == 0); }
};

/// How long one part of an iteration takes.
class StepCost {
 public:
  virtual ~StepCost() = default;
  /// Seconds, at least 0 and finite. A function of the batch alone: the same for equal batches.
  [[nodiscard]] virtual double seconds(Batch const& batch) const = 0;
  /// The same for the iterations that follow on the same sessions, where each time what an item holds has grown by its
  /// units. A cost that has no straight line there answers for one iteration.
  [[nodiscard]] virtual SteadyCost steady(Batch const& batch) const { return {seconds(batch), 0, 1}; }
};

/// Tasks of one graph that ask for the same whatever the batch, of the same resource and counted as the same parts.
struct TaskClass {
  std::uint32_t task = 0;  ///< one of them
  std::uint32_t count = 1;
};

/// What a task asks for in consecutive iterations, as `TaskAmount`.
struct SteadyAmount {
  SteadyCost total;
  SteadyCost first_extra;
  SteadyCost second_extra;
};

/// What a batch asks of the tasks of the iteration's graph.
class BatchStep {
 public:
  virtual ~BatchStep() = default;
  /// Fills one amount per task of the graph, handed over as zeros; the extras say how much of it counts as the task's extra
  /// parts. A function of the batch alone: it is also asked for batches that are never run, to tell what the openings of
  /// other sessions cost (the same items without those).
  virtual void price(Batch const& batch, std::span<TaskAmount> amounts) const = 0;
  /// The tasks by what they ask for, each in one class; none where a step does not know them, and is asked with `price`.
  [[nodiscard]] virtual std::span<TaskClass const> classes() const { return {}; }
  /// By task of the graph: its class, as an index in `classes`.
  [[nodiscard]] virtual std::span<std::uint32_t const> class_of_task() const { return {}; }
  /// Fills one amount per class, for the iterations that follow on the same sessions; see StepCost::steady.
  virtual void price_steady(Batch const&, [[maybe_unused]] std::span<SteadyAmount> amounts) const { assert(false); }
};

}  // namespace coinfer
