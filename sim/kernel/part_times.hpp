// What the time of a run counts as: a partition along the critical path, each part from timestamps of its task.
#pragma once

#include <span>

#include "sim/kernel/task_graph.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

/// A run whose last task has ended.
struct EndedRun {
  KernelState const& state;
  TaskGraph const& graph;
  std::uint32_t first_task;
  std::uint32_t last_ended;  ///< index in the graph
  bool own_amounts;          ///< it was started with amounts of its own, whose extras stand in KernelState::extras
};

/// Divides the duration of a run: each task's waiting, propagation and service. A service is divided as the task's amount
/// is, however long it took (sharing a station stretches all parts alike); a serve task counts as its gaps and iterations
/// do.
///
/// Where `without` is given (one amount per task: what the run would have asked for without some others' work), what a
/// compute task on the critical path asked for beyond that counts as interference: of a part of p out of a total a,
/// service / a * max(0, p - p') s are moved, scaled so that they sum to max(0, a - a') of the task's amount. Left out:
/// bytes and delays due to others, and what others make a task wait.
PartTimes divide(EndedRun const& run, std::span<TaskAmount const> without = {});

/// The share of one task (index in the graph) in that: what `divide` adds for it where it is on the critical path.
void add_task(PartTimes& parts, EndedRun const& run, std::uint32_t task, std::span<TaskAmount const> without = {});

/// Adds the service of one compute or delay task to `parts`, divided as its amount is; see `divide` for `without`, which
/// may be null.
void add_service(PartTimes& parts, Task const& task, double service_s, TaskAmount const& amount, TaskAmount const* without);

}  // namespace coinfer
