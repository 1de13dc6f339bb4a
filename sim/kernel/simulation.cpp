#include "sim/kernel/simulation.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace coinfer {

Simulation::Simulation(EngineKind engine, SimulationListener& listener)
    : listener_(listener), flows_(engine, state_.events, *this, *this) {}

StationId Simulation::add_station(StationSpec const& spec) {
  auto const index = static_cast<std::uint32_t>(stations_.size());
  stations_.emplace_back(spec, index);
  stations_.back().occupancy().advance(state_.now_s);
  return StationId(index);
}

PipeId Simulation::add_pipe(PipeSpec const& spec) {
  assert(spec.bytes_per_s > 0);
  PipeState pipe;
  pipe.spec = spec;
  pipe.occupancy.advance(state_.now_s);
  pipes_.push_back(pipe);
  flows_.add_link(spec.bytes_per_s, spec.sharing == Sharing::fair);
  return PipeId(static_cast<std::uint32_t>(pipes_.size() - 1));
}

RouteId Simulation::add_route(std::span<PipeId const> pipes, double latency_s, std::span<PipeId const> backward) {
  assert(latency_s >= 0);
  Route route;
  route.latency_s = latency_s;
  for (PipeId pipe : pipes) route.pipes.push_back(pipe.index());
  for (PipeId pipe : backward) route.backward.push_back(pipe.index());
  std::sort(route.pipes.begin(), route.pipes.end());
  assert(std::adjacent_find(route.pipes.begin(), route.pipes.end()) == route.pipes.end());
  for (std::uint32_t pipe : route.pipes) {
    if (pipes_[pipe].spec.sharing == Sharing::fifo) route.fifo.push_back(pipe);
  }
  routes_.push_back(std::move(route));
  return RouteId(static_cast<std::uint32_t>(routes_.size() - 1));
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
  TaskGraph const& shape = graphs_[graph].graph;
  runs_.push_back({.graph = graph,
                   .first_task = static_cast<std::uint32_t>(state_.tasks.size()),
                   .first_bound = static_cast<std::uint32_t>(bound_.size())});
  state_.tasks.resize(state_.tasks.size() + shape.tasks().size());
  bound_.resize(bound_.size() + shape.station_roles() + shape.route_roles());
  return static_cast<std::uint32_t>(runs_.size() - 1);
}

RunId Simulation::start(GraphId graph_id, std::span<StationId const> stations, std::span<RouteId const> routes,
                        std::uint32_t tag) {
  std::uint32_t const index = claim_run(graph_id.index());
  TaskGraph const& graph = graphs_[graph_id.index()].graph;
  assert(stations.size() >= graph.station_roles() && routes.size() >= graph.route_roles());
  Run& run = runs_[index];
  run.tag = tag;
  run.tasks_left = static_cast<std::uint32_t>(graph.tasks().size());
  run.last_ended = nothing;
  run.first_start_s = -1;
  for (std::uint32_t role = 0; role < graph.station_roles(); ++role)
    bound_[run.first_bound + role] = stations[role].index();
  std::uint32_t const first_route = run.first_bound + graph.station_roles();
  for (std::uint32_t role = 0; role < graph.route_roles(); ++role) bound_[first_route + role] = routes[role].index();
  for (std::uint32_t task = 0; task < graph.tasks().size(); ++task) {
    TaskRun& entry = state_.tasks[run.first_task + task];
    entry.run = index;
    entry.pending = graph.predecessor_count(task);
    entry.critical = nothing;
    entry.links_held = 0;
    entry.phase = TaskPhase::blocked;
  }
  ++active_runs_;
  std::uint32_t const first_task = run.first_task;
  for (std::uint32_t root : graph.roots()) task_ready(first_task + root);
  return RunId(index);
}

void Simulation::end_run(std::uint32_t index) {
  --active_runs_;
  listener_.run_ended(RunId(index), runs_[index].tag);
  graphs_[runs_[index].graph].free_runs.push_back(index);
}

void Simulation::cancel(RunId id) {
  Run const& run = runs_[id.index()];
  std::uint32_t const count = static_cast<std::uint32_t>(graphs_[run.graph].graph.tasks().size());
  for (std::uint32_t task = run.first_task; task < run.first_task + count; ++task) {
    cancel_task(task);
    state_.tasks[task].phase = TaskPhase::done;
  }
  --active_runs_;
  graphs_[run.graph].free_runs.push_back(id.index());
}

PartTimes Simulation::part_times(RunId id) const {
  Run const& run = runs_[id.index()];
  TaskGraph const& graph = graphs_[run.graph].graph;
  PartTimes parts{};
  for (std::uint32_t task = run.last_ended; task != nothing; task = state_.tasks[run.first_task + task].critical) {
    TaskRun const& entry = state_.tasks[run.first_task + task];
    Task const& spec = graph.tasks()[task];
    double waiting_from_s = entry.ready_s;
    if (spec.kind == TaskKind::transfer) {
      waiting_from_s = entry.ready_s + route_of(run.first_task + task).latency_s;
      parts[propagation_part] += waiting_from_s - entry.ready_s;
    }
    parts[queue_part] += entry.start_s - waiting_from_s;
    parts[spec.kind == TaskKind::transfer ? wire_part : spec.part] += entry.end_s - entry.start_s;
  }
  return parts;
}

// --- Tasks -----------------------------------------------------------------------------------------------------------

Task const& Simulation::spec_of(std::uint32_t task) const {
  Run const& run = runs_[state_.tasks[task].run];
  return graphs_[run.graph].graph.tasks()[task - run.first_task];
}

Station& Simulation::station_of(std::uint32_t task) {
  return stations_[bound_[runs_[state_.tasks[task].run].first_bound + spec_of(task).role]];
}

Simulation::Route const& Simulation::route_of(std::uint32_t task) const {
  Run const& run = runs_[state_.tasks[task].run];
  return routes_[bound_[run.first_bound + graphs_[run.graph].graph.station_roles() + spec_of(task).role]];
}

void Simulation::task_ready(std::uint32_t task) {
  TaskRun& entry = state_.tasks[task];
  entry.ready_s = state_.now_s;
  Task const& spec = spec_of(task);
  if (spec.kind == TaskKind::compute) {
    if (station_of(task).submit(state_, task, spec.amount)) task_started(task);
    return;
  }
  if (spec.kind == TaskKind::delay) {
    entry.phase = TaskPhase::running;
    entry.start_s = state_.now_s;
    entry.end_s = state_.now_s + spec.amount;
    state_.schedule(task, EventKind::delay_end, entry.end_s);
    task_started(task);
    return;
  }
  Route const& route = route_of(task);
  for (std::uint32_t pipe : route.pipes) pipes_[pipe].offered_bytes += spec.amount;
  if (route.latency_s > 0) {
    entry.phase = TaskPhase::propagating;
    state_.schedule(task, EventKind::delay_end, entry.ready_s + route.latency_s);
  } else {
    acquire_links(task);
  }
}

void Simulation::task_started(std::uint32_t task) {
  Run& run = runs_[state_.tasks[task].run];
  if (run.first_start_s < 0) run.first_start_s = state_.now_s;
  ++graphs_[run.graph].starts[task - run.first_task];
}

void Simulation::task_ended(std::uint32_t task) {
  TaskRun& entry = state_.tasks[task];
  entry.end_s = state_.now_s;
  entry.phase = TaskPhase::done;
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
  Task const& spec = spec_of(task);
  if (spec.kind == TaskKind::transfer) {
    cancel_transfer(task);
  } else if (spec.kind == TaskKind::compute && entry.phase != TaskPhase::ending) {
    std::uint32_t const begun = station_of(task).cancel(state_, task);
    if (begun != nothing) task_started(begun);
  }
  ++entry.stamp;  // its pending event, if any, is stale
}

// --- Transfers -------------------------------------------------------------------------------------------------------

/// Acquires the route's fifo pipes in their order; waits at the first that is held. The fixed order rules out deadlock.
void Simulation::acquire_links(std::uint32_t task) {
  Route const& route = route_of(task);
  TaskRun& entry = state_.tasks[task];
  while (entry.links_held < route.fifo.size()) {
    PipeState& pipe = pipes_[route.fifo[entry.links_held]];
    if (pipe.held) {
      entry.phase = TaskPhase::waiting;
      pipe.waiting.push_back(state_, task);
      pipe.occupancy.change(state_.now_s, 0, +1);
      return;
    }
    pipe.held = true;
    ++entry.links_held;
  }
  start_flow(task);
}

void Simulation::start_flow(std::uint32_t task) {
  Route const& route = route_of(task);
  TaskRun& entry = state_.tasks[task];
  double const bytes = spec_of(task).amount;
  entry.phase = TaskPhase::running;
  entry.start_s = state_.now_s;
  for (std::uint32_t pipe : route.pipes) pipes_[pipe].occupancy.change(state_.now_s, +1, 0);
  task_started(task);
  if (bytes > 0 && !route.pipes.empty()) {
    flows_.start(task, route.pipes, bytes, state_.now_s);
  } else {
    state_.schedule(task, EventKind::delay_end, state_.now_s);
  }
}

/// Gives back what a transfer holds and lets the next ones in.
void Simulation::release_links(std::uint32_t task) {
  Route const& route = route_of(task);
  TaskRun& entry = state_.tasks[task];
  std::uint32_t const held = entry.links_held;
  entry.links_held = 0;
  for (std::uint32_t i = 0; i < held; ++i) {
    PipeState& pipe = pipes_[route.fifo[i]];
    pipe.held = false;
    if (pipe.waiting.empty()) continue;
    std::uint32_t const next = pipe.waiting.pop_front(state_);
    pipe.occupancy.change(state_.now_s, 0, -1);
    acquire_links(next);
  }
}

void Simulation::cancel_transfer(std::uint32_t task) {
  Route const& route = route_of(task);
  TaskRun& entry = state_.tasks[task];
  if (entry.phase == TaskPhase::waiting) {
    PipeState& pipe = pipes_[route.fifo[entry.links_held]];
    pipe.waiting.remove(state_, task);
    pipe.occupancy.change(state_.now_s, 0, -1);
  } else if (entry.phase == TaskPhase::running || entry.phase == TaskPhase::ending) {
    for (std::uint32_t pipe : route.pipes) pipes_[pipe].occupancy.change(state_.now_s, -1, 0);
    bool const flows = entry.phase == TaskPhase::running && spec_of(task).amount > 0 && !route.pipes.empty();
    if (flows) flows_.cancel(task, route.pipes, state_.now_s);
  }
  release_links(task);
}

void Simulation::flow_ended(std::uint32_t task, double now_s) {
  if (stopped_) return;  // SimGrid finishes its flows, but nobody listens any more
  assert(now_s >= state_.now_s);
  state_.now_s = now_s;
  flows_.ended_by_simgrid(route_of(task).pipes);
  end_transfer(task);
}

void Simulation::end_transfer(std::uint32_t task) {
  for (std::uint32_t index : route_of(task).pipes) {
    PipeState& pipe = pipes_[index];
    pipe.occupancy.change(state_.now_s, -1, 0);
    pipe.bytes += spec_of(task).amount;
    ++pipe.transfers;
  }
  for (std::uint32_t index : route_of(task).backward) pipes_[index].backward_bytes += spec_of(task).amount;
  release_links(task);
  task_ended(task);
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

void Simulation::set_bandwidth(PipeId pipe, double bytes_per_s) {
  pipes_[pipe.index()].spec.bytes_per_s = bytes_per_s;
  flows_.set_bandwidth(pipe.index(), bytes_per_s, state_.now_s);
}

/// Handles tasks that end at one instant. Handling one may cancel another, which then no longer counts.
void Simulation::end_all(void (Simulation::*end)(std::uint32_t)) {
  for (std::uint32_t task : ended_) state_.tasks[task].phase = TaskPhase::ending;
  for (std::uint32_t task : ended_) {
    if (state_.tasks[task].phase == TaskPhase::ending) (this->*end)(task);
  }
}

void Simulation::handle(Event const& event) {
  ++events_handled_;
  switch (event.kind()) {
    case EventKind::job_end:
      if (state_.tasks[event.subject].stamp == event.stamp) {
        std::uint32_t const begun = station_of(event.subject).end_job(state_, event.subject);
        if (begun != nothing) task_started(begun);
        task_ended(event.subject);
      }
      break;
    case EventKind::share_end:
      ended_.clear();
      stations_[event.subject].end_share(state_, event.stamp, ended_);
      end_all(&Simulation::task_ended);
      break;
    case EventKind::flow_end:
      ended_.clear();
      flows_.end(event.subject, event.stamp, state_.now_s, ended_);
      end_all(&Simulation::end_transfer);
      break;
    case EventKind::delay_end:
      if (state_.tasks[event.subject].stamp != event.stamp) break;
      if (state_.tasks[event.subject].phase == TaskPhase::propagating) {
        acquire_links(event.subject);
      } else if (spec_of(event.subject).kind == TaskKind::transfer) {
        end_transfer(event.subject);
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
  }
}

double Simulation::next_event_s() const {
  return state_.events.empty() || stopped_ ? std::numeric_limits<double>::infinity() : state_.events.top().time_s;
}

void Simulation::handle_events(double date_s) {
  while (!stopped_ && !state_.events.empty() && state_.events.top().time_s <= date_s) {
    Event const event = state_.events.pop();
    // SimGrid may report a flow's end an ulp after the date of an own event; the clock does not go back for it.
    state_.now_s = std::max(state_.now_s, event.time_s);
    handle(event);
  }
}

void Simulation::run(double until_s) {
  while (!stopped_) {
    if (SimgridFlows* simgrid = flows_.simgrid()) {
      simgrid->run(until_s);
      if (flows_.simgrid() != nullptr) break;  // flows stay in flight beyond `until_s`
      continue;
    }
    if (state_.events.empty() || state_.events.top().time_s > until_s) break;
    Event const event = state_.events.pop();
    state_.now_s = std::max(state_.now_s, event.time_s);
    handle(event);
  }
  if (!stopped_ && until_s < std::numeric_limits<double>::infinity()) state_.now_s = std::max(state_.now_s, until_s);
}

void Simulation::settle() {
  for (Station& station : stations_) station.occupancy().advance(state_.now_s);
  for (PipeState& pipe : pipes_) pipe.occupancy.advance(state_.now_s);
}

}  // namespace coinfer
