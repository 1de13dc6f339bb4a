// What a run has to do: tasks and their order. Compiled once, shared by every run of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace coinfer {

/// What the time of a task counts as when a run's time is divided up. The kernel knows three; callers number their own from
/// `first_free_part`, below `part_count`.
using Part = std::uint8_t;
inline constexpr Part queue_part = 0;        ///< waiting for a station or a first-come-first-served link
inline constexpr Part wire_part = 1;         ///< bytes flowing
inline constexpr Part propagation_part = 2;  ///< latency of a route
inline constexpr Part first_free_part = 3;
inline constexpr std::size_t part_count = 16;

enum class TaskKind : std::uint8_t {
  compute,   ///< `amount` seconds of work on a station
  transfer,  ///< `amount` bytes over a route
  delay,     ///< `amount` seconds of nothing that anyone waits for
};

struct Task {
  TaskKind kind = TaskKind::delay;
  /// What its service counts as (a transfer's own parts are wire and propagation, whatever stands here).
  Part part = first_free_part;
  /// Which of the run's stations (compute) or routes (transfer) it uses: a role, bound to a resource when a run starts.
  std::uint32_t role = 0;
  /// Seconds of work, or bytes; at least 0.
  double amount = 0;
};

/// A directed acyclic graph of tasks. Valid on construction: at least one task, no cycle, no unknown task (asserted; the
/// callers are programs, not users).
class TaskGraph {
 public:
  struct Edge {
    std::uint32_t before;
    std::uint32_t after;
  };
  TaskGraph(std::vector<Task> tasks, std::span<Edge const> edges);

  [[nodiscard]] std::span<Task const> tasks() const { return tasks_; }
  [[nodiscard]] std::span<std::uint32_t const> successors(std::uint32_t task) const {
    return std::span(successors_).subspan(first_successor_[task], first_successor_[task + 1] - first_successor_[task]);
  }
  [[nodiscard]] std::uint32_t predecessor_count(std::uint32_t task) const { return predecessors_[task]; }
  /// Tasks without predecessors, in order.
  [[nodiscard]] std::span<std::uint32_t const> roots() const { return roots_; }
  /// One more than the largest station role, and route role, in use.
  [[nodiscard]] std::uint32_t station_roles() const { return station_roles_; }
  [[nodiscard]] std::uint32_t route_roles() const { return route_roles_; }

 private:
  std::vector<Task> tasks_;
  std::vector<std::uint32_t> first_successor_;
  std::vector<std::uint32_t> successors_;
  std::vector<std::uint32_t> predecessors_;
  std::vector<std::uint32_t> roots_;
  std::uint32_t station_roles_ = 0;
  std::uint32_t route_roles_ = 0;
};

}  // namespace coinfer
