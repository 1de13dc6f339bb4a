// What a run has to do: tasks and their order. Compiled once, shared by every run of it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace coinfer {

/// What the time of a task counts as when a run's time is divided up. The kernel knows four; callers number their own from
/// `first_free_part`, below `part_count`.
using Part = std::uint8_t;
inline constexpr Part queue_part = 0;         ///< waiting for a station, an iteration or a first-come-first-served link
inline constexpr Part wire_part = 1;          ///< bytes flowing
inline constexpr Part propagation_part = 2;   ///< latency of a route
inline constexpr Part interference_part = 3;  ///< computing that an iteration does for the openings of other sessions
inline constexpr Part first_free_part = 4;
inline constexpr std::size_t part_count = 16;

/// How much of a run's time each part took; the sum is its duration.
using PartTimes = std::array<double, part_count>;

enum class TaskKind : std::uint8_t {
  compute,   ///< `amount` seconds of work on a station
  transfer,  ///< `amount` bytes over a route
  delay,     ///< `amount` seconds of nothing that anyone waits for
  serve,     ///< a call of an iteration server; what `amount` counts stands in ServeForm
};

/// What a serve task asks for. An amount of 0 asks for nothing, and the task ends where it is ready.
enum class ServeForm : std::uint8_t {
  opening,  ///< `amount` units in all, in as many iterations as the scheduler takes
  pass,     ///< `amount` units in one iteration
  rest,     ///< one unit in each of `amount` iterations
};

/// How much a task asks for, and how much of that counts as the task's extra parts; all at least 0, finite.
struct TaskAmount {
  double total = 0;         ///< seconds of work, bytes or seconds of delay; of a serve task a whole number, see ServeForm
  double first_extra = 0;   ///< as Task::first_extra_part
  double second_extra = 0;  ///< as Task::second_extra_part; the two together at most the total
};

struct Task {
  TaskKind kind = TaskKind::delay;
  /// What its service counts as, where it is no extra part's. (A transfer's own parts are wire and propagation, and a serve
  /// task's are those of its iterations, whatever stands here.)
  Part part = first_free_part;
  /// Which of the run's stations (compute), routes (transfer) or servers (serve) it uses: a role, bound to a resource when
  /// a run starts.
  std::uint32_t role = 0;
  /// As TaskAmount's members; a run may be started with others. Extra parts are for compute and delay tasks. The service is
  /// divided in these proportions however long it takes.
  double amount = 0;
  Part first_extra_part = first_free_part;
  Part second_extra_part = first_free_part;
  double first_extra = 0;
  double second_extra = 0;
  ServeForm form = ServeForm::pass;  ///< of a serve task
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
  /// One more than the largest station role, route role and server role in use.
  [[nodiscard]] std::uint32_t station_roles() const { return station_roles_; }
  [[nodiscard]] std::uint32_t route_roles() const { return route_roles_; }
  [[nodiscard]] std::uint32_t server_roles() const { return server_roles_; }

 private:
  std::vector<Task> tasks_;
  std::vector<std::uint32_t> first_successor_;
  std::vector<std::uint32_t> successors_;
  std::vector<std::uint32_t> predecessors_;
  std::vector<std::uint32_t> roots_;
  std::uint32_t station_roles_ = 0;
  std::uint32_t route_roles_ = 0;
  std::uint32_t server_roles_ = 0;
};

}  // namespace coinfer
