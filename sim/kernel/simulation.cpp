#include "sim/kernel/simulation.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace coinfer {

Simulation::Simulation(EngineKind engine, SimulationListener& listener)
    : listener_(listener), engine_(engine), network_(engine, state_, *this, *this) {}

StationId Simulation::add_station(StationSpec const& spec) {
  auto const index = static_cast<std::uint32_t>(stations_.size());
  stations_.emplace_back(spec, index);
  stations_.back().occupancy().advance(state_.now_s);
  return StationId(index);
}

GraphId Simulation::add_graph(TaskGraph graph) {
  std::size_t const tasks = graph.tasks().size();
  graphs_.push_back(Graph{std::move(graph), std::vector<std::uint64_t>(tasks, 0), {}});
  return GraphId(static_cast<std::uint32_t>(graphs_.size() - 1));
}

// --- Runs ------------------------------------------------------------------------------------------------------------

/// A run of the graph, recycled where one has ended: a simulation allocates for the runs in flight, not for those that
/// were.
std::uint32_t Simulation::claim_run(std::uint32_t graph) {
  std::vector<std::uint32_t>& free_runs = graphs_[graph].free_runs;
  if (!free_runs.empty()) {
    std::uint32_t const run = free_runs.back();
    free_runs.pop_back();
    return run;
  }
  std::span<Task const> const shape = graphs_[graph].graph.tasks();
  auto const first_task = static_cast<std::uint32_t>(state_.tasks.size());
  runs_.push_back({.graph = graph, .first_task = first_task});
  state_.tasks.resize(first_task + shape.size());
  state_.extras.resize(first_task + shape.size());
  for (std::uint32_t task = 0; task < shape.size(); ++task) {
    if (shape[task].kind != TaskKind::serve) continue;
    state_.tasks[first_task + task].call = static_cast<std::uint32_t>(state_.calls.size());
    state_.calls.emplace_back();
  }
  return static_cast<std::uint32_t>(runs_.size() - 1);
}

RunId Simulation::start(GraphId graph, Binding const& binding, std::uint32_t tag, std::span<TaskAmount const> amounts) {
  std::uint32_t const index = claim_run(graph.index());
  runs_[index].tag = tag;
  ++active_runs_;
  begin_run(index, binding, amounts);
  return RunId(index);
}

void Simulation::begin_run(std::uint32_t index, Binding const& binding, std::span<TaskAmount const> amounts) {
  Run& run = runs_[index];
  TaskGraph const& graph = graphs_[run.graph].graph;
  std::size_t const count = graph.tasks().size();
  assert(binding.stations.size() >= graph.station_roles() && binding.routes.size() >= graph.route_roles());
  assert(binding.servers.size() >= graph.server_roles() && (amounts.empty() || amounts.size() == count));
  run.tasks_left = static_cast<std::uint32_t>(count);
  run.last_ended = nothing;
  run.own_amounts = !amounts.empty();
  run.first_start_s = -1;
  for (std::uint32_t task = 0; task < count; ++task) {
    TaskRun& entry = state_.tasks[run.first_task + task];
    Task const& spec = graph.tasks()[task];
    entry.run = index;
    entry.kind = spec.kind;
    entry.amount = spec.amount;
    if (run.own_amounts) {
      entry.amount = amounts[task].total;
      state_.extras[run.first_task + task] = {amounts[task].first_extra, amounts[task].second_extra};
    }
    if (spec.kind == TaskKind::compute) entry.resource = binding.stations[spec.role].index();
    if (spec.kind == TaskKind::transfer) entry.resource = binding.routes[spec.role].index();
    if (spec.kind == TaskKind::serve) entry.resource = binding.servers[spec.role].index();
    entry.pending = graph.predecessor_count(task);
    entry.critical = nothing;
    entry.links_held = 0;
    entry.phase = TaskPhase::blocked;
  }
  std::uint32_t const first_task = run.first_task;
  for (std::uint32_t root : graph.roots()) task_ready(first_task + root);
}

EndedRun Simulation::ended(std::uint32_t index) const {
  Run const& run = runs_[index];
  return {state_, graphs_[run.graph].graph, run.first_task, run.last_ended, run.own_amounts};
}

void Simulation::end_run(std::uint32_t index) {
  if (runs_[index].server != nothing) {
    end_iteration(index);
    return;
  }
  --active_runs_;
  if (observer_ != nullptr) observer_->run_ended(ended(index), GraphId(runs_[index].graph), runs_[index].tag);
  listener_.run_ended(RunId(index), runs_[index].tag);
  release_run(index);
}

void Simulation::cancel(RunId id) {
  Run const& run = runs_[id.index()];
  std::uint32_t const count = static_cast<std::uint32_t>(graphs_[run.graph].graph.tasks().size());
  // Those that wait first: what the others hold, once free, must not go to a task of the same run.
  for (bool const waiting : {true, false}) {
    for (std::uint32_t task = run.first_task; task < run.first_task + count; ++task) {
      TaskPhase const phase = state_.tasks[task].phase;
      if (waiting && phase != TaskPhase::waiting && phase != TaskPhase::propagating) continue;
      cancel_task(task);
      state_.tasks[task].phase = TaskPhase::done;
    }
  }
  --active_runs_;
  if (run.batches == 0) release_run(id.index());
}

// --- Tasks -----------------------------------------------------------------------------------------------------------

void Simulation::task_ready(std::uint32_t task) {
  TaskRun& entry = state_.tasks[task];
  entry.ready_s = state_.now_s;
  switch (entry.kind) {
    case TaskKind::compute:
      if (stations_[entry.resource].submit(state_, task, entry.amount)) {
        task_started(task);
      } else if (observer_ != nullptr) {
        observer_->task_waits(observed(task));
      }
      break;
    case TaskKind::transfer:
      network_.request(task);
      break;
    case TaskKind::delay:
      entry.phase = TaskPhase::running;
      entry.start_s = state_.now_s;
      state_.schedule(task, EventKind::delay_end, state_.now_s + entry.amount);
      task_started(task);
      break;
    case TaskKind::serve:
      call(task);
      break;
  }
}

void Simulation::task_started(std::uint32_t task) {
  Run& run = runs_[state_.tasks[task].run];
  if (run.first_start_s < 0) run.first_start_s = state_.now_s;
  ++graphs_[run.graph].starts[task - run.first_task];
  if (observer_ != nullptr) observer_->task_started(observed(task));
}

void Simulation::transfer_ended(std::uint32_t task) {
  TaskRun const& entry = state_.tasks[task];
  if (entry.start_s < sampled_s_) {
    sampler_->transfer_ended(RouteId(entry.resource), entry.start_s, state_.now_s, entry.amount);
  }
  task_ended(task);
}

ObservedTask Simulation::observed(std::uint32_t task) const {
  Run const& run = runs_[state_.tasks[task].run];
  return {state_.tasks[task], GraphId(run.graph), task - run.first_task, run.tag, run.server};
}

void Simulation::task_ended(std::uint32_t task) {
  TaskRun& entry = state_.tasks[task];
  entry.end_s = state_.now_s;
  entry.phase = TaskPhase::done;
  if (observer_ != nullptr) observer_->task_ended(observed(task), false);
  std::uint32_t const run_index = entry.run;
  std::uint32_t const first_task = runs_[run_index].first_task;
  runs_[run_index].last_ended = task - first_task;
  --runs_[run_index].tasks_left;
  std::uint32_t const graph = runs_[run_index].graph;
  std::span<std::uint32_t const> const successors = graphs_[graph].graph.successors(task - first_task);
  for (std::uint32_t successor : successors) {
    TaskRun& next = state_.tasks[first_task + successor];
    if (--next.pending > 0) continue;
    next.critical = task - first_task;
    task_ready(first_task + successor);
  }
  if (runs_[run_index].tasks_left == 0) end_run(run_index);
}

void Simulation::cancel_task(std::uint32_t task) {
  TaskRun& entry = state_.tasks[task];
  if (entry.phase == TaskPhase::blocked || entry.phase == TaskPhase::done) return;
  TaskPhase const before = entry.phase;
  if (entry.kind == TaskKind::transfer) {
    network_.cancel(task);
  } else if (entry.kind == TaskKind::compute && entry.phase != TaskPhase::ending) {
    std::uint32_t const begun = stations_[entry.resource].cancel(state_, task);
    if (begun != nothing) task_started(begun);
  } else if (entry.kind == TaskKind::serve && entry.phase != TaskPhase::ending && entry.amount > 0) {
    // A batch that holds the call must not meet another of the same number: the run is not used again before it ends.
    if (servers_[entry.resource].leave(state_, task)) ++runs_[entry.run].batches;
  }
  ++entry.stamp;  // its pending event, if any, is stale
  if (observer_ == nullptr) return;
  if (before != TaskPhase::running && before != TaskPhase::ending) entry.start_s = state_.now_s;
  entry.end_s = state_.now_s;
  observer_->task_ended(observed(task), true);
}

// --- Time ------------------------------------------------------------------------------------------------------------

void Simulation::schedule_arrival(double time_s, std::uint32_t subject) {
  state_.events.push(time_s, EventKind::arrival, subject, 0);
}

void Simulation::schedule_timer(double time_s, std::uint32_t subject, std::uint32_t stamp) {
  state_.events.push(time_s, EventKind::timer, subject, stamp);
}

void Simulation::set_up(StationId station, bool up) {
  std::vector<std::uint32_t> begun;
  stations_[station.index()].set_up(state_, up, begun);
  for (std::uint32_t task : begun) task_started(task);
}

void Simulation::handle(Event const& event) {
  ++events_handled_;
  switch (event.kind()) {
    case EventKind::job_end:
      if (state_.tasks[event.subject].stamp == event.stamp) {
        Station& station = stations_[state_.tasks[event.subject].resource];
        std::uint32_t const begun = station.end_job(state_, event.subject);
        if (begun != nothing) task_started(begun);
        task_ended(event.subject);
      }
      break;
    case EventKind::share_end:
      ended_.clear();
      stations_[event.subject].end_share(state_, event.stamp, ended_);
      state_.end_together(ended_, [this](std::uint32_t task) { task_ended(task); });
      break;
    case EventKind::stretch_end:
      end_stretch(event.subject, event.stamp);
      break;
    case EventKind::flow_end:
      network_.end_flows(event.subject, event.stamp);
      break;
    case EventKind::delay_end:
      if (state_.tasks[event.subject].stamp != event.stamp) break;
      if (state_.tasks[event.subject].kind == TaskKind::transfer) {
        network_.end_delay(event.subject);
      } else {
        task_ended(event.subject);
      }
      break;
    case EventKind::timer:
      listener_.timer_fired(event.subject, event.stamp);
      break;
    case EventKind::arrival:
      listener_.arrived(event.subject);
      break;
    case EventKind::batch_start:
      start_iteration(event.subject, event.stamp);
      break;
  }
}

double Simulation::next_event_s() const {
  return state_.events.empty() || state_.stopped ? std::numeric_limits<double>::infinity() : state_.events.top().time_s;
}

/// One event at a time, so that ends of SimGrid's flows at the same date find their place in the written order.
void Simulation::handle_events(double) {
  Event const event = state_.events.pop();
  clock_moves(event.time_s);
  // SimGrid may report a flow's end an ulp after the date of an own event; the clock does not go back for it.
  state_.now_s = std::max(state_.now_s, event.time_s);
  handle(event);
}

bool Simulation::flow_ends_first() const {
  return !state_.events.empty() && state_.events.top().kind() > EventKind::flow_end;
}

void Simulation::pass_sample(double time_s) {
  sample_s_ = sampler_->clock_moves(time_s);
  sampled_s_ = time_s;
}

void Simulation::run(double until_s) {
  while (!state_.stopped) {
    if (SimgridFlows* simgrid = network_.simgrid()) {
      simgrid->run(until_s);
      if (network_.simgrid() != nullptr) break;  // flows stay in flight beyond `until_s`
      continue;
    }
    if (state_.events.empty() || state_.events.top().time_s > until_s) break;
    Event const event = state_.events.pop();
    clock_moves(event.time_s);
    state_.now_s = std::max(state_.now_s, event.time_s);
    handle(event);
  }
  if (!state_.stopped && until_s < std::numeric_limits<double>::infinity()) state_.now_s = std::max(state_.now_s, until_s);
}

void Simulation::settle() {
  for (std::uint32_t server = 0; server < servers_.size(); ++server) credit(server);
  for (Station& station : stations_) station.occupancy().advance(state_.now_s);
  for (IterationServer& server : servers_) server.occupancy().advance(state_.now_s);
  network_.settle();
}

}  // namespace coinfer
