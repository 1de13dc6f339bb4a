// One simulated world: stations, links, and the runs of task graphs that use them. Knows neither models nor privacy.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/kernel/kernel_ids.hpp"
#include "sim/kernel/network.hpp"
#include "sim/kernel/station.hpp"
#include "sim/kernel/task_graph.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

/// How much of a run's time each part took; the sum is its duration.
using PartTimes = std::array<double, part_count>;

/// Hears what happens. Calls come from inside `Simulation::run`, in the order of simulated time.
class SimulationListener {
 public:
  virtual ~SimulationListener() = default;
  /// An arrival scheduled by `schedule_arrival`.
  virtual void arrived(std::uint32_t subject) = 0;
  /// A timer scheduled by `schedule_timer`.
  virtual void timer_fired(std::uint32_t subject, std::uint32_t stamp) = 0;
  /// The last task of a run has ended. The run can be asked about until this returns.
  virtual void run_ended(RunId run, std::uint32_t tag) = 0;
};

class Simulation final : private TransferListener, private SimgridFlows::Host {
 public:
  /// `listener` outlives the simulation.
  Simulation(EngineKind engine, SimulationListener& listener);

  StationId add_station(StationSpec const& spec);
  PipeId add_pipe(PipeSpec const& spec) { return network_.add_pipe(spec); }
  /// See Network::add_route.
  RouteId add_route(std::span<PipeId const> pipes, double latency_s, std::span<PipeId const> backward = {}) {
    return network_.add_route(pipes, latency_s, backward);
  }
  GraphId add_graph(TaskGraph graph);

  /// Starts a run of a graph now; each role of the graph is bound to a resource. `tag` comes back in `run_ended`.
  RunId start(GraphId graph, std::span<StationId const> stations, std::span<RouteId const> routes, std::uint32_t tag);
  /// Ends a run without an answer: what it holds is free, what it waits for is forgotten. No `run_ended` follows.
  void cancel(RunId run);
  void schedule_arrival(double time_s, std::uint32_t subject);
  void schedule_timer(double time_s, std::uint32_t subject, std::uint32_t stamp);
  /// Takes a station down or brings it up; see Station.
  void set_up(StationId station, bool up);
  /// Changes a pipe's bandwidth for transfers in flight and later ones; 0 is an outage.
  void set_bandwidth(PipeId pipe, double bytes_per_s) { network_.set_bandwidth(pipe, bytes_per_s); }

  /// Handles everything up to and including `until_s` (infinity: until nothing is left). The clock ends at the last event,
  /// or at `until_s` where that is finite.
  void run(double until_s);
  /// Ends `run` after the call in which this is said: the clock stands, and what is in flight stays so for good.
  void stop() { state_.stopped = true; }

  [[nodiscard]] double now_s() const { return state_.now_s; }
  /// When the first task of a run began service, its flow or its delay; negative before that.
  [[nodiscard]] double first_start_s(RunId run) const { return runs_[run.index()].first_start_s; }
  /// Divides the time of a run that has just ended along its critical path: each task's waiting, propagation and service,
  /// from that task's own timestamps. Only valid inside `run_ended`.
  [[nodiscard]] PartTimes part_times(RunId run) const;
  /// How often each task of a graph has started.
  [[nodiscard]] std::span<std::uint64_t const> starts(GraphId graph) const { return graphs_[graph.index()].starts; }
  [[nodiscard]] Station const& station(StationId id) const { return stations_[id.index()]; }
  [[nodiscard]] PipeState const& pipe(PipeId id) const { return network_.pipe(id); }
  /// Brings the integrals of every resource up to the clock; call before reading them.
  void settle();
  [[nodiscard]] std::uint64_t events_handled() const { return events_handled_; }
  [[nodiscard]] std::uint64_t simgrid_flows() const { return network_.simgrid_flows(); }
  /// Runs in flight.
  [[nodiscard]] std::size_t active_runs() const { return active_runs_; }

 private:
  struct Graph {
    TaskGraph graph;
    std::vector<std::uint64_t> starts;
    std::vector<std::uint32_t> free_runs;
  };
  struct Run {
    std::uint32_t graph;
    std::uint32_t first_task;  ///< its tasks are contiguous
    std::uint32_t tasks_left = 0;
    std::uint32_t last_ended = nothing;
    std::uint32_t tag = 0;
    double first_start_s = -1;
  };

  void transfer_started(std::uint32_t task) override { task_started(task); }
  void transfer_ended(std::uint32_t task) override { task_ended(task); }
  [[nodiscard]] double next_event_s() const override;
  void handle_events(double date_s) override;
  [[nodiscard]] bool flow_ends_first() const override;
  [[nodiscard]] bool stopped() const override { return state_.stopped; }

  void handle(Event const& event);
  std::uint32_t claim_run(std::uint32_t graph);
  void task_ready(std::uint32_t task);
  void task_started(std::uint32_t task);
  void task_ended(std::uint32_t task);
  void end_run(std::uint32_t run);
  void cancel_task(std::uint32_t task);

  SimulationListener& listener_;
  KernelState state_;
  Network network_;
  std::vector<Station> stations_;
  std::vector<Graph> graphs_;
  std::vector<Run> runs_;
  std::vector<std::uint32_t> ended_;  ///< tasks that end at this instant, while they are being handled
  std::uint64_t events_handled_ = 0;
  std::size_t active_runs_ = 0;
};

}  // namespace coinfer
