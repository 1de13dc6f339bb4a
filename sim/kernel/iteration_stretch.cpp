#include "sim/kernel/iteration_stretch.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sim/kernel/part_times.hpp"

namespace coinfer {

namespace {

TaskAmount sum(SteadyAmount const& amount, std::uint32_t iterations) {
  return {amount.total.sum(iterations), amount.first_extra.sum(iterations), amount.second_extra.sum(iterations)};
}

}  // namespace

bool IterationStretch::is_chain(TaskGraph const& graph) {
  for (std::uint32_t task = 0; task < graph.tasks().size(); ++task) {
    if (graph.successors(task).size() > 1 || graph.predecessor_count(task) > 1) return false;
  }
  return graph.roots().size() == 1;
}

IterationStretch::IterationStretch(TaskGraph const& graph, BatchStep const& step, std::vector<LoneRoute> routes)
    : step_(step), routes_(std::move(routes)), classes_(step.classes()) {
  assert(is_chain(graph) && !classes_.empty() && routes_.size() >= graph.route_roles());
  for (TaskClass const& known : classes_) tasks_.push_back(graph.tasks()[known.task]);
  amounts_.resize(classes_.size());
  without_.resize(classes_.size());
  for (std::uint32_t task = graph.roots().front();; task = graph.successors(task).front()) {
    order_.push_back(task);
    if (graph.successors(task).empty()) break;
  }
  std::span<std::uint32_t const> const of_task = step.class_of_task();
  assert(of_task.size() == graph.tasks().size());
  class_of_task_.assign(of_task.begin(), of_task.end());
}

std::uint32_t IterationStretch::begin(Batch const& batch, std::uint32_t most) {
  assert(most >= 1);
  step_.price_steady(batch, amounts_);
  duration_s_ = {};
  duration_s_.steps = most;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    SteadyCost one = 1 / rate_of(i) * amounts_[i].total;
    one.first += latency_of(i);
    one.steps = std::min({one.steps, amounts_[i].first_extra.steps, amounts_[i].second_extra.steps});
    duration_s_ += classes_[i].count * one;
  }
  assert(duration_s_.first >= 0 && duration_s_.steps >= 1);
  return duration_s_.steps;
}

void IterationStretch::add_parts(std::size_t of_class, std::uint32_t iterations, TaskAmount const* without,
                                 PartTimes& parts) const {
  double const n = classes_[of_class].count;
  Task const& task = task_of(of_class);
  TaskAmount const amount = sum(amounts_[of_class], iterations);
  if (task.kind == TaskKind::transfer) {
    parts[propagation_part] += n * iterations * latency_of(of_class);
    parts[wire_part] += n * (amount.total / rate_of(of_class));
    return;
  }
  PartTimes one{};
  add_service(one, task, amount.total, amount, task.kind == TaskKind::compute ? without : nullptr);
  for (std::size_t part = 0; part < parts.size(); ++part) parts[part] += n * one[part];
}

std::uint32_t IterationStretch::parts_in_use() const {
  std::uint32_t bits = 1U << interference_part;
  for (Task const& task : tasks_) {
    if (task.kind == TaskKind::transfer) {
      bits |= 1U << propagation_part | 1U << wire_part;
    } else {
      bits |= 1U << task.part | 1U << task.first_extra_part | 1U << task.second_extra_part;
    }
  }
  return bits;
}

PartTimes IterationStretch::parts(std::uint32_t count) const {
  PartTimes parts{};
  for (std::size_t i = 0; i < classes_.size(); ++i) add_parts(i, count, nullptr, parts);
  return parts;
}

PartTimes IterationStretch::parts_beside(Batch const& without) {
  step_.price_steady(without, without_);
  PartTimes parts{};
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    TaskAmount const alone = sum(without_[i], 1);
    add_parts(i, 1, &alone, parts);
  }
  return parts;
}

bool IterationStretch::started(std::uint32_t task, std::uint32_t index, double elapsed_s) const {
  for (std::uint32_t const before : order_) {
    std::size_t const at = class_of_task_[before];
    elapsed_s -= latency_of(at);
    if (before == task) return elapsed_s >= 0;
    elapsed_s -= at_iteration(amounts_[at].total, index) / rate_of(at);
  }
  return false;
}

}  // namespace coinfer
