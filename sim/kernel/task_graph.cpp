#include "sim/kernel/task_graph.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

namespace {

/// Kahn's algorithm: whether every task can be reached by removing tasks without predecessors.
[[maybe_unused]] bool acyclic(TaskGraph const& graph) {
  std::vector<std::uint32_t> waiting;
  for (std::uint32_t task = 0; task < graph.tasks().size(); ++task) waiting.push_back(graph.predecessor_count(task));
  std::vector<std::uint32_t> ready(graph.roots().begin(), graph.roots().end());
  std::size_t done = 0;
  while (!ready.empty()) {
    std::uint32_t const task = ready.back();
    ready.pop_back();
    ++done;
    for (std::uint32_t next : graph.successors(task)) {
      if (--waiting[next] == 0) ready.push_back(next);
    }
  }
  return done == graph.tasks().size();
}

[[maybe_unused]] bool valid(Task const& task) {
  return task.amount >= 0 && task.first_extra >= 0 && task.second_extra >= 0 && task.part < part_count &&
         task.first_extra_part < part_count && task.second_extra_part < part_count;
}

}  // namespace

TaskGraph::TaskGraph(std::vector<Task> tasks, std::span<Edge const> edges)
    : tasks_(std::move(tasks)), first_successor_(tasks_.size() + 1, 0), predecessors_(tasks_.size(), 0) {
  assert(!tasks_.empty());
  for (Edge const& edge : edges) {
    assert(edge.before < tasks_.size() && edge.after < tasks_.size());
    ++first_successor_[edge.before + 1];
    ++predecessors_[edge.after];
  }
  for (std::size_t task = 0; task < tasks_.size(); ++task) first_successor_[task + 1] += first_successor_[task];
  successors_.resize(edges.size());
  std::vector<std::uint32_t> next(first_successor_.begin(), first_successor_.end() - 1);
  for (Edge const& edge : edges) successors_[next[edge.before]++] = edge.after;
  for (std::uint32_t task = 0; task < tasks_.size(); ++task) {
    assert(valid(tasks_[task]));
    if (predecessors_[task] == 0) roots_.push_back(task);
    std::uint32_t const roles = tasks_[task].role + 1;
    if (tasks_[task].kind == TaskKind::compute) station_roles_ = std::max(station_roles_, roles);
    if (tasks_[task].kind == TaskKind::transfer) route_roles_ = std::max(route_roles_, roles);
    if (tasks_[task].kind == TaskKind::serve) server_roles_ = std::max(server_roles_, roles);
  }
  assert(acyclic(*this));
}

}  // namespace coinfer
