// Iterations of a server on resources that nothing else uses. Nothing waits in them, so their times have a closed form, and
// a stretch of them on one batch takes a single event.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sim/kernel/batching.hpp"
#include "sim/kernel/task_graph.hpp"

namespace coinfer {

/// What a route does to transfers that have it to themselves: latency_s + bytes / bytes_per_s each.
struct LoneRoute {
  double latency_s = 0;
  double bytes_per_s = std::numeric_limits<double>::infinity();
};

/// Part of the work of some iterations: what the tasks of one class asked of their resource.
struct StretchUse {
  Task const& task;        ///< one of them
  double amount = 0;       ///< of all together, as `Task::amount` counts it
  double busy_s = 0;       ///< in service, or flowing
  std::uint64_t jobs = 0;  ///< that ended
};

/// Prices iterations whose graph is a chain. With a class c of n_c equal tasks, iteration i = 0, 1, ... of a stretch takes
///
///   d_i = sum over c of n_c (latency_c + amount_c,i / rate_c)
///
/// with rate 1 and latency 0 but for transfers, and amounts that are straight lines in i (StepCost::steady), so that the
/// k-th iteration ends D(k) = d_0 + ... + d_(k-1) behind the beginning.
class IterationStretch {
 public:
  /// `graph` is a chain whose step knows its classes (asserted); the step outlives the object. `routes` by role.
  IterationStretch(TaskGraph const& graph, BatchStep const& step, std::vector<LoneRoute> routes);

  /// Whether the tasks of a graph follow one another, none beside another.
  static bool is_chain(TaskGraph const& graph);

  /// Prices the iterations that follow on `batch`; returns how many these prices hold for, at most `most`.
  std::uint32_t begin(Batch const& batch, std::uint32_t most);
  /// D(count), in seconds.
  [[nodiscard]] double duration_s(std::uint32_t count) const { return duration_s_.sum(count); }

  /// A bit for each part that iterations may have.
  [[nodiscard]] std::uint32_t parts_in_use() const;
  /// How the first `count` iterations divide, as `divide` (part_times.hpp) does for a run.
  [[nodiscard]] PartTimes parts(std::uint32_t count) const;
  /// How the first one divides for a member without whose companions the batch would be `without`.
  PartTimes parts_beside(Batch const& without);

  /// Calls `visit` with the use of each class by the iterations from `first` up to, not with, `last`.
  template <class Visit>
  void use(std::uint32_t first, std::uint32_t last, Visit visit) const {
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      double const n = classes_[i].count;
      double const amount = n * (amounts_[i].total.sum(last) - amounts_[i].total.sum(first));
      visit(StretchUse{task_of(i), amount, amount / rate_of(i), std::uint64_t{classes_[i].count} * (last - first)});
    }
  }
  /// Likewise for the beginning of iteration `index`, which is cut `elapsed_s` seconds behind its start: what began counts
  /// as asked for, what ended as a job.
  template <class Visit>
  void use_part(std::uint32_t index, double elapsed_s, Visit visit) const {
    for (std::uint32_t const task : order_) {
      std::size_t const at = class_of_task_[task];
      double const amount = at_iteration(amounts_[at].total, index);
      double const service_s = amount / rate_of(at);
      if (elapsed_s < 0) return;
      elapsed_s -= latency_of(at);
      double const busy_s = elapsed_s < 0 ? 0 : elapsed_s < service_s ? elapsed_s : service_s;
      elapsed_s -= service_s;
      visit(StretchUse{task_of(at), amount, busy_s, elapsed_s >= 0 ? std::uint64_t{1} : 0});
    }
  }
  /// Whether a task's service or flow has begun `elapsed_s` seconds behind the start of iteration `index`.
  [[nodiscard]] bool started(std::uint32_t task, std::uint32_t index, double elapsed_s) const;

 private:
  [[nodiscard]] Task const& task_of(std::size_t of_class) const { return tasks_[of_class]; }
  [[nodiscard]] double rate_of(std::size_t of_class) const {
    Task const& task = task_of(of_class);
    return task.kind == TaskKind::transfer ? routes_[task.role].bytes_per_s : 1;
  }
  [[nodiscard]] double latency_of(std::size_t of_class) const {
    Task const& task = task_of(of_class);
    return task.kind == TaskKind::transfer ? routes_[task.role].latency_s : 0;
  }
  [[nodiscard]] static double at_iteration(SteadyCost const& cost, std::uint32_t index) {
    return cost.first + index * cost.growth;
  }
  void add_parts(std::size_t of_class, std::uint32_t iterations, TaskAmount const* without, PartTimes& parts) const;

  BatchStep const& step_;
  std::vector<LoneRoute> routes_;
  std::span<TaskClass const> classes_;
  std::vector<Task> tasks_;                   ///< by class: one of them
  std::vector<std::uint32_t> order_;          ///< tasks as they follow one another
  std::vector<std::uint32_t> class_of_task_;  ///< index in `classes_`
  std::vector<SteadyAmount> amounts_;         ///< by class, of the stretch in hand
  std::vector<SteadyAmount> without_;
  SteadyCost duration_s_;
};

}  // namespace coinfer
