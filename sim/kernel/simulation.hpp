// One simulated world: stations, links, and the runs of task graphs that use them. Knows neither models nor privacy.
//
// The order of a transfer is propagation, then waiting for first-come-first-served links, then the flow: alone it takes
// exactly the sum of latencies plus bytes / smallest bandwidth, and latency never biases how a fair link is shared.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/kernel/fair_flows.hpp"
#include "sim/kernel/pipe.hpp"
#include "sim/kernel/station.hpp"
#include "sim/kernel/task_graph.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

using StationId = Id<struct StationTag>;
using PipeId = Id<struct PipeTag>;  ///< one direction of a link
using RouteId = Id<struct RouteTag>;
using GraphId = Id<struct GraphTag>;
using RunId = Id<struct RunTag>;

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

class Simulation final : private FlowSink, private SimgridFlows::Host {
 public:
  /// `listener` outlives the simulation.
  Simulation(EngineKind engine, SimulationListener& listener);

  StationId add_station(StationSpec const& spec);
  PipeId add_pipe(PipeSpec const& spec);
  /// A path over pipes in order of travel, without duplicates; may be empty (both ends on one device), and is then
  /// immediate but for `latency_s` >= 0. `backward` are those of the pipes that serve both directions of a link and are
  /// crossed from its far end: their bytes are counted apart.
  RouteId add_route(std::span<PipeId const> pipes, double latency_s, std::span<PipeId const> backward = {});
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
  void set_bandwidth(PipeId pipe, double bytes_per_s);

  /// Handles everything up to and including `until_s` (infinity: until nothing is left). The clock ends at the last event,
  /// or at `until_s` where that is finite.
  void run(double until_s);
  /// Ends `run` after the call in which this is said: the clock stands, and what is in flight stays so for good.
  void stop() { stopped_ = true; }

  [[nodiscard]] double now_s() const { return state_.now_s; }
  /// When the first task of a run began service, its flow or its delay; negative before that.
  [[nodiscard]] double first_start_s(RunId run) const { return runs_[run.index()].first_start_s; }
  /// Divides the time of a run that has just ended along its critical path: each task's waiting, propagation and service,
  /// from that task's own timestamps. Only valid inside `run_ended`.
  [[nodiscard]] PartTimes part_times(RunId run) const;
  /// How often each task of a graph has started.
  [[nodiscard]] std::span<std::uint64_t const> starts(GraphId graph) const { return graphs_[graph.index()].starts; }
  [[nodiscard]] Station const& station(StationId id) const { return stations_[id.index()]; }
  [[nodiscard]] PipeState const& pipe(PipeId id) const { return pipes_[id.index()]; }
  /// Brings the integrals of every resource up to the clock; call before reading them.
  void settle();
  [[nodiscard]] std::size_t station_count() const { return stations_.size(); }
  [[nodiscard]] std::size_t pipe_count() const { return pipes_.size(); }
  [[nodiscard]] std::uint64_t events_handled() const { return events_handled_; }
  [[nodiscard]] std::uint64_t simgrid_flows() const { return flows_.simgrid_flows(); }
  /// Runs in flight.
  [[nodiscard]] std::size_t active_runs() const { return active_runs_; }

 private:
  struct Graph {
    TaskGraph graph;
    std::vector<std::uint64_t> starts;
    std::vector<std::uint32_t> free_runs;
  };
  struct Route {
    std::vector<std::uint32_t> pipes;  ///< sorted
    std::vector<std::uint32_t> fifo;   ///< those served in order, sorted: the order in which they are acquired
    std::vector<std::uint32_t> backward;
    double latency_s;
  };
  struct Run {
    std::uint32_t graph;
    std::uint32_t first_task;   ///< its tasks are contiguous
    std::uint32_t first_bound;  ///< its bindings: stations, then routes
    std::uint32_t tasks_left = 0;
    std::uint32_t last_ended = nothing;
    std::uint32_t tag = 0;
    double first_start_s = -1;
  };

  void flow_ended(std::uint32_t task, double now_s) override;
  [[nodiscard]] double next_event_s() const override;
  void handle_events(double date_s) override;
  [[nodiscard]] bool stopped() const override { return stopped_; }

  void handle(Event const& event);
  std::uint32_t claim_run(std::uint32_t graph);
  void task_ready(std::uint32_t task);
  void task_started(std::uint32_t task);
  void task_ended(std::uint32_t task);
  void end_run(std::uint32_t run);
  void end_all(void (Simulation::*end)(std::uint32_t));
  void end_transfer(std::uint32_t task);
  void acquire_links(std::uint32_t task);
  void start_flow(std::uint32_t task);
  void release_links(std::uint32_t task);
  void cancel_task(std::uint32_t task);
  void cancel_transfer(std::uint32_t task);
  [[nodiscard]] Task const& spec_of(std::uint32_t task) const;
  [[nodiscard]] Route const& route_of(std::uint32_t task) const;
  [[nodiscard]] Station& station_of(std::uint32_t task);

  SimulationListener& listener_;
  KernelState state_;
  FairFlows flows_;
  std::vector<Station> stations_;
  std::vector<PipeState> pipes_;
  std::deque<Route> routes_;  ///< flows in flight refer to their route's pipes, so routes must not move
  std::vector<Graph> graphs_;
  std::vector<Run> runs_;
  std::vector<std::uint32_t> bound_;
  std::vector<std::uint32_t> ended_;  ///< tasks that end at this instant, while they are being handled
  std::uint64_t events_handled_ = 0;
  std::size_t active_runs_ = 0;
  bool stopped_ = false;
};

}  // namespace coinfer
