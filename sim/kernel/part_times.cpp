#include "sim/kernel/part_times.hpp"

#include <algorithm>

namespace coinfer {

namespace {

/// Of one amount, by part: its task's own, the first extra, the second extra.
using Split = std::array<double, 3>;

Split split(TaskAmount const& amount) {
  return {amount.total - amount.first_extra - amount.second_extra, amount.first_extra, amount.second_extra};
}

/// What of each part is due to others, so that the sum is max(0, amount - without).
Split due_to_others(TaskAmount const& amount, TaskAmount const& without) {
  Split const all = split(amount);
  Split const own = split(without);
  Split due{};
  double sum = 0;
  for (std::size_t i = 0; i < due.size(); ++i) sum += due[i] = std::max(0.0, all[i] - own[i]);
  double const total = std::max(0.0, amount.total - without.total);
  for (double& part : due) part = sum > 0 ? part * (total / sum) : 0;
  return due;
}

}  // namespace

void add_service(PartTimes& parts, Task const& task, double service_s, TaskAmount const& amount,
                 TaskAmount const* without) {
  Split const due = without == nullptr ? Split{} : due_to_others(amount, *without);
  if (amount.total <= 0) {
    parts[task.part] += service_s;
    return;
  }
  double const stretch = service_s / amount.total;
  std::array<double, 2> const extras_s = {amount.first_extra * stretch, amount.second_extra * stretch};
  Split const due_s = {due[0] * stretch, due[1] * stretch, due[2] * stretch};
  parts[task.part] += service_s - extras_s[0] - extras_s[1] - due_s[0];
  parts[task.first_extra_part] += extras_s[0] - due_s[1];
  parts[task.second_extra_part] += extras_s[1] - due_s[2];
  parts[interference_part] += due_s[0] + due_s[1] + due_s[2];
}

void add_task(PartTimes& parts, EndedRun const& run, std::uint32_t task, std::span<TaskAmount const> without) {
  std::uint32_t const index = run.first_task + task;
  TaskRun const& entry = run.state.tasks[index];
  Task const& spec = run.graph.tasks()[task];
  double const service_s = entry.end_s - entry.start_s;
  if (spec.kind == TaskKind::serve) {
    PartTimes const& call = run.state.calls[entry.call].parts;
    for (std::size_t part = 0; part < parts.size(); ++part) parts[part] += call[part];
  } else if (spec.kind == TaskKind::transfer) {
    double const propagated_s = entry.ready_s + entry.propagation_s;
    parts[propagation_part] += propagated_s - entry.ready_s;
    parts[queue_part] += entry.start_s - propagated_s;
    parts[wire_part] += service_s;
  } else {
    parts[queue_part] += entry.start_s - entry.ready_s;
    TaskExtras const extras = run.own_amounts ? run.state.extras[index] : TaskExtras{spec.first_extra, spec.second_extra};
    TaskAmount const amount = {entry.amount, extras.first, extras.second};
    bool const interferes = !without.empty() && spec.kind == TaskKind::compute;
    add_service(parts, spec, service_s, amount, interferes ? &without[task] : nullptr);
  }
}

PartTimes divide(EndedRun const& run, std::span<TaskAmount const> without) {
  PartTimes parts{};
  for (std::uint32_t task = run.last_ended; task != nothing; task = run.state.tasks[run.first_task + task].critical) {
    add_task(parts, run, task, without);
  }
  return parts;
}

}  // namespace coinfer
