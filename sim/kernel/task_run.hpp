// The state of one task of one run, and lists of them that cost no memory of their own.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/task_graph.hpp"

namespace coinfer {

inline constexpr std::uint32_t nothing = std::numeric_limits<std::uint32_t>::max();

enum class TaskPhase : std::uint8_t {
  blocked,      ///< waits for predecessors
  propagating,  ///< a transfer whose first byte is under way
  waiting,      ///< queued at a station or a first-come-first-served link, or not yet in an iteration
  running,      ///< in service, flowing, or delaying
  ending,       ///< has ended together with others and is about to be handled
  done,
};

struct TaskRun {
  double ready_s = 0;  ///< when its last predecessor ended
  double start_s = 0;  ///< when service began
  double end_s = 0;
  double amount = 0;                 ///< what it asks for: TaskAmount::total
  double propagation_s = 0;          ///< of a transfer: the latency of its route with what was drawn
  std::uint32_t run = nothing;       ///< the run it belongs to
  std::uint32_t resource = nothing;  ///< the station, route or server it is bound to
  std::uint32_t pending = 0;         ///< predecessors not yet done
  std::uint32_t critical = nothing;  ///< the predecessor (index in the graph) that made it ready
  std::uint32_t next = nothing;      ///< neighbours in the list it stands in
  std::uint32_t previous = nothing;
  std::uint32_t stamp = 0;       ///< that of its valid event, if it has one
  std::uint32_t links_held = 0;  ///< first-come-first-served links acquired so far (transfer)
  std::uint32_t call = nothing;  ///< of a serve task: where KernelState::calls keeps its times
  TaskKind kind = TaskKind::delay;
  TaskPhase phase = TaskPhase::blocked;
};

/// How the time of a serve task has been divided so far.
struct CallTimes {
  double until_s = 0;  ///< where the division stands: when the task was ready, or its last iteration ended
  PartTimes parts{};
};

/// How much of a task's amount counts as its extra parts, in a run that was started with amounts of its own.
struct TaskExtras {
  double first = 0;
  double second = 0;
};

/// What every part of the kernel works on: the clock, the events, and the tasks in flight.
struct KernelState {
  double now_s = 0;
  EventQueue events;
  std::vector<TaskRun> tasks;
  std::vector<TaskExtras> extras;  ///< by task; only runs with amounts of their own fill and read theirs
  std::vector<CallTimes> calls;    ///< one for each task of a run whose kind is serve
  bool stopped = false;            ///< nothing is to happen any more

  /// Schedules an event about a task and makes older ones stale.
  void schedule(std::uint32_t task, EventKind kind, double time_s) { events.push(time_s, kind, task, ++tasks[task].stamp); }

  /// Handles tasks that end at one instant. Handling one may cancel another, which then no longer counts.
  template <class End>
  void end_together(std::vector<std::uint32_t> const& ended, End end) {
    for (std::uint32_t task : ended) tasks[task].phase = TaskPhase::ending;
    for (std::uint32_t task : ended) {
      if (tasks[task].phase == TaskPhase::ending) end(task);
    }
  }
};

/// A doubly linked list threaded through `TaskRun::next` and `previous`.
class TaskList {
 public:
  [[nodiscard]] bool empty() const { return first_ == nothing; }
  [[nodiscard]] std::uint32_t first() const { return first_; }
  void push_back(KernelState& state, std::uint32_t task) {
    TaskRun& entry = state.tasks[task];
    entry.next = nothing;
    entry.previous = last_;
    (last_ == nothing ? first_ : state.tasks[last_].next) = task;
    last_ = task;
  }
  void remove(KernelState& state, std::uint32_t task) {
    TaskRun& entry = state.tasks[task];
    (entry.previous == nothing ? first_ : state.tasks[entry.previous].next) = entry.next;
    (entry.next == nothing ? last_ : state.tasks[entry.next].previous) = entry.previous;
    entry.next = entry.previous = nothing;
  }
  std::uint32_t pop_front(KernelState& state) {
    std::uint32_t const task = first_;
    remove(state, task);
    return task;
  }

 private:
  std::uint32_t first_ = nothing;
  std::uint32_t last_ = nothing;
};

}  // namespace coinfer
