// One simulated world: stations, links, and the runs of task graphs that use them. Knows neither models nor privacy.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <span>
#include <vector>

#include "sim/kernel/iteration_server.hpp"
#include "sim/kernel/kernel_ids.hpp"
#include "sim/kernel/network.hpp"
#include "sim/kernel/observer.hpp"
#include "sim/kernel/station.hpp"
#include "sim/kernel/task_graph.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

/// What the roles of a graph are bound to; at least as many of each as the graph has roles.
struct Binding {
  std::span<StationId const> stations = {};
  std::span<RouteId const> routes = {};
  std::span<ServerId const> servers = {};
};

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
  /// A server has begun so many iterations on a batch since it last said so. Where its iterations are runs it says so of
  /// each when it begins; on resources of its own, when a stretch of them has ended, or is asked about (`settle`).
  virtual void iterations_started(ServerId, Batch const&, [[maybe_unused]] std::uint32_t count) {}
  /// The last of them has ended. The calls that end with it are about to: `run_ended` of their runs follows.
  virtual void iteration_ended(ServerId, Batch const&) {}
};

class Simulation final : private TransferListener, private SimgridFlows::Host {
 public:
  /// `listener` outlives the simulation.
  Simulation(EngineKind engine, SimulationListener& listener);

  StationId add_station(StationSpec const& spec);
  PipeId add_pipe(PipeSpec const& spec) { return network_.add_pipe(spec); }
  /// See Network::add_jitter and Network::add_route.
  JitterId add_jitter(Distribution const& extra_s, RandomStream const& stream) {
    return network_.add_jitter(extra_s, stream);
  }
  RouteId add_route(std::span<PipeId const> pipes, double latency_s, std::span<PipeId const> backward = {},
                    std::span<JitterId const> jitter = {}) {
    return network_.add_route(pipes, latency_s, backward, jitter);
  }
  GraphId add_graph(TaskGraph graph);
  /// A server of serve tasks. The runs of its iterations are its own: nobody else hears of their end.
  ServerId add_server(ServerSpec spec);

  /// Starts a run of a graph now. `tag` comes back in `run_ended`, and is the session of its serve tasks. `amounts`, one
  /// per task, stand in the place of the graph's own; empty: the graph's own hold.
  RunId start(GraphId graph, Binding const& binding, std::uint32_t tag, std::span<TaskAmount const> amounts = {});
  RunId start(GraphId graph, std::span<StationId const> stations, std::span<RouteId const> routes, std::uint32_t tag) {
    return start(graph, Binding{stations, routes}, tag);
  }
  /// Ends a run without an answer: what it holds is free, what it waits for is forgotten. No `run_ended` follows.
  void cancel(RunId run);
  /// Says of every task what it does; before anything happens, or never. The observer outlives the simulation.
  void watch(Observer& observer) { observer_ = &observer; }
  /// Lets a sampler read from a first date on; before anything happens, or never. It outlives the simulation.
  void sample(Sampler& sampler, double first_s) {
    sampler_ = &sampler;
    sample_s_ = first_s;
  }
  void schedule_arrival(double time_s, std::uint32_t subject);
  void schedule_timer(double time_s, std::uint32_t subject, std::uint32_t stamp);
  /// Takes a station down or brings it up; see Station.
  void set_up(StationId station, bool up);
  /// See IterationServer.
  void set_up(ServerId server, bool up) { servers_[server.index()].set_up(state_, up); }
  /// Says that what a server's scheduler waits for may be there by now (a session has closed, room has come free): an idle
  /// server composes anew at the end of this instant.
  void wake(ServerId server) { servers_[server.index()].wake(state_); }
  /// Changes a pipe's bandwidth for transfers in flight and later ones; 0 is an outage.
  void set_bandwidth(PipeId pipe, double bytes_per_s) { network_.set_bandwidth(pipe, bytes_per_s); }

  /// Handles everything up to and including `until_s` (infinity: until nothing is left). The clock ends at the last event,
  /// or at `until_s` where that is finite.
  void run(double until_s);
  /// Ends `run` after the call in which this is said: the clock stands, and what is in flight stays so for good.
  void stop() { state_.stopped = true; }

  [[nodiscard]] double now_s() const { return state_.now_s; }
  /// When the first task of a run began service, its flow, its delay or its first iteration; negative before that.
  [[nodiscard]] double first_start_s(RunId run) const { return runs_[run.index()].first_start_s; }
  /// Divides the time of a run that has just ended along its critical path; see `divide`. Only valid inside `run_ended`.
  [[nodiscard]] PartTimes part_times(RunId run) const { return divide(ended(run.index())); }
  /// When a task (index in the graph) of a run ended. Only valid inside the run's `run_ended`.
  [[nodiscard]] double task_end_s(RunId run, std::uint32_t task) const { return task_of(run, task).end_s; }
  /// Whether a task of a run in flight has started: its service, flow, delay or first iteration.
  [[nodiscard]] bool started(RunId run, std::uint32_t task) const {
    TaskPhase const phase = task_of(run, task).phase;
    return phase == TaskPhase::running || phase == TaskPhase::ending || phase == TaskPhase::done;
  }
  /// The same of a task of the iteration in flight at a server, which must have one.
  [[nodiscard]] bool iteration_task_started(ServerId server, std::uint32_t task) const;
  /// How often each task of a graph has started; not counted for iterations on resources of their own.
  [[nodiscard]] std::span<std::uint64_t const> starts(GraphId graph) const { return graphs_[graph.index()].starts; }
  [[nodiscard]] Station const& station(StationId id) const { return stations_[id.index()]; }
  [[nodiscard]] IterationServer const& server(ServerId id) const { return servers_[id.index()]; }
  [[nodiscard]] std::uint32_t server_count() const { return static_cast<std::uint32_t>(servers_.size()); }
  /// Calls `visit` (specification, StretchUse) with what servers on resources of their own have used by `time_s`, before
  /// which nothing happens any more, and did not tell their stations and pipes yet: they do at the end of a stretch.
  template <class Visit>
  void use_in_flight(double time_s, Visit visit) const {
    for (IterationServer const& server : servers_) {
      server.use_in_flight(time_s, [&](StretchUse const& use) { visit(server.spec(), use); });
    }
  }
  [[nodiscard]] PipeState const& pipe(PipeId id) const { return network_.pipe(id); }
  /// Brings the integrals of every resource up to the clock; call before reading them.
  void settle();
  [[nodiscard]] std::uint64_t events_handled() const { return events_handled_; }
  [[nodiscard]] std::uint64_t simgrid_flows() const { return network_.simgrid_flows(); }
  /// Runs in flight, without those of iterations.
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
    std::uint32_t server = nothing;  ///< whose iteration it is
    std::uint32_t batches = 0;       ///< batches in flight that hold calls of this run, which is cancelled
    bool own_amounts = false;
    double first_start_s = -1;
  };

  void transfer_waits(std::uint32_t task) override {
    if (observer_ != nullptr) observer_->task_waits(observed(task));
  }
  void transfer_started(std::uint32_t task) override { task_started(task); }
  void transfer_ended(std::uint32_t task) override;
  void clock_moves(double time_s) override {
    if (time_s >= sample_s_) pass_sample(time_s);
  }
  [[nodiscard]] double next_event_s() const override;
  void handle_events(double date_s) override;
  [[nodiscard]] bool flow_ends_first() const override;
  [[nodiscard]] bool stopped() const override { return state_.stopped; }

  void handle(Event const& event);
  std::uint32_t claim_run(std::uint32_t graph);
  void begin_run(std::uint32_t run, Binding const& binding, std::span<TaskAmount const> amounts);
  [[nodiscard]] EndedRun ended(std::uint32_t run) const;
  [[nodiscard]] TaskRun const& task_of(RunId run, std::uint32_t task) const {
    return state_.tasks[runs_[run.index()].first_task + task];
  }
  void release_run(std::uint32_t run) { graphs_[runs_[run].graph].free_runs.push_back(run); }
  void call(std::uint32_t task);
  void start_iteration(std::uint32_t server, std::uint32_t stamp);
  void end_iteration(std::uint32_t run);
  void end_iterations(std::uint32_t server, std::span<std::uint32_t const> over);
  void end_stretch(std::uint32_t server, std::uint32_t stamp);
  void credit(std::uint32_t server);
  void task_ready(std::uint32_t task);
  void task_started(std::uint32_t task);
  void task_ended(std::uint32_t task);
  void end_run(std::uint32_t run);
  void cancel_task(std::uint32_t task);
  [[nodiscard]] ObservedTask observed(std::uint32_t task) const;
  void pass_sample(double time_s);

  SimulationListener& listener_;
  EngineKind engine_;
  KernelState state_;
  Network network_;
  std::vector<Station> stations_;
  std::deque<IterationServer> servers_;  ///< listeners hold on to their batches, so servers must not move
  std::vector<Graph> graphs_;
  std::vector<Run> runs_;
  std::vector<std::uint32_t> ended_;  ///< tasks that end at this instant, while they are being handled
  std::vector<std::uint32_t> begun_;  ///< serve tasks whose first iteration starts at this instant
  std::uint64_t events_handled_ = 0;
  std::size_t active_runs_ = 0;
  Observer* observer_ = nullptr;
  Sampler* sampler_ = nullptr;
  double sample_s_ = std::numeric_limits<double>::infinity();    ///< the next date
  double sampled_s_ = -std::numeric_limits<double>::infinity();  ///< the clock passed one last on the way to this date
};

}  // namespace coinfer
