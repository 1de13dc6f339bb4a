// A simulation whose listener records when each run ended and where its time went, and runs what a test hangs on it.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "sim/kernel/simulation.hpp"

namespace coinfer {

inline constexpr double forever = std::numeric_limits<double>::infinity();
inline constexpr Part work_part = first_free_part;

class Recorder : public SimulationListener {
 public:
  void arrived(std::uint32_t subject) override { on_arrival(subject); }
  void timer_fired(std::uint32_t subject, std::uint32_t) override { on_timer(subject); }
  void run_ended(RunId run, std::uint32_t tag) override {
    end_s[tag] = simulation->now_s();
    first_start_s[tag] = simulation->first_start_s(run);
    first_task_end_s[tag] = simulation->task_end_s(run, 0);
    parts[tag] = simulation->part_times(run);
    on_end(tag);
  }
  void iterations_started(ServerId server, Batch const& batch, std::uint32_t) override { on_iteration(server, batch); }
  void iteration_ended(ServerId server, Batch const& batch) override { on_iteration_end(server, batch); }
  Simulation* simulation = nullptr;
  std::function<void(std::uint32_t)> on_arrival = [](std::uint32_t) {};
  std::function<void(std::uint32_t)> on_timer = [](std::uint32_t) {};
  std::function<void(std::uint32_t)> on_end = [](std::uint32_t) {};
  std::function<void(ServerId, Batch const&)> on_iteration = [](ServerId, Batch const&) {};
  std::function<void(ServerId, Batch const&)> on_iteration_end = [](ServerId, Batch const&) {};
  // By tag; of the last run that had it.
  std::map<std::uint32_t, double> end_s;
  std::map<std::uint32_t, double> first_start_s;
  std::map<std::uint32_t, double> first_task_end_s;
  std::map<std::uint32_t, PartTimes> parts;
};

struct World {
  explicit World(EngineKind engine = EngineKind::fast) : simulation(engine, recorder) { recorder.simulation = &simulation; }
  Recorder recorder;
  Simulation simulation;
};

inline TaskGraph single(TaskKind kind, double amount) { return TaskGraph({Task{kind, work_part, 0, amount}}, {}); }

inline double sum(PartTimes const& parts) { return std::accumulate(parts.begin(), parts.end(), 0.0); }

/// Tasks one after the other.
inline TaskGraph chain(std::vector<Task> tasks) {
  std::vector<TaskGraph::Edge> edges;
  for (std::uint32_t i = 1; i < tasks.size(); ++i) edges.push_back({i - 1, i});
  return TaskGraph(std::move(tasks), edges);
}

}  // namespace coinfer
