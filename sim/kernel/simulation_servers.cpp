// The part of a simulation that iteration servers take part in: calls, iterations and their ends.
#include <cassert>
#include <utility>

#include "sim/kernel/simulation.hpp"

namespace coinfer {

ServerId Simulation::add_server(ServerSpec spec) {
  TaskGraph const& graph = graphs_[spec.graph.index()].graph;
  assert(graph.server_roles() == 0);
  assert(spec.stations.size() >= graph.station_roles() && spec.routes.size() >= graph.route_roles());
  auto const index = static_cast<std::uint32_t>(servers_.size());
  bool const closed_form = engine_ == EngineKind::fast && spec.own_resources && !spec.step.classes().empty() &&
                           IterationStretch::is_chain(graph);
  if (closed_form) {
    std::vector<LoneRoute> routes;
    for (std::uint32_t role = 0; role < graph.route_roles(); ++role) routes.push_back(network_.alone(spec.routes[role]));
    IterationStretch stretch(graph, spec.step, std::move(routes));
    servers_.emplace_back(std::move(spec), std::move(stretch), index);
  } else {
    servers_.emplace_back(std::move(spec), graph.tasks().size(), index);
  }
  servers_.back().occupancy().advance(state_.now_s);
  return ServerId(index);
}

/// A serve task is ready.
void Simulation::call(std::uint32_t task) {
  TaskRun& entry = state_.tasks[task];
  state_.calls[entry.call] = {state_.now_s, {}};
  if (entry.amount <= 0) {
    entry.phase = TaskPhase::running;
    entry.start_s = state_.now_s;
    state_.schedule(task, EventKind::delay_end, state_.now_s);
    task_started(task);
    return;
  }
  entry.phase = TaskPhase::waiting;
  Run const& run = runs_[entry.run];
  ServeForm const form = graphs_[run.graph].graph.tasks()[task - run.first_task].form;
  auto const amount = static_cast<std::uint32_t>(entry.amount);
  assert(amount == entry.amount);
  bool const rest = form == ServeForm::rest;
  servers_[entry.resource].enter(state_, {run.tag, task, rest ? 1 : amount, rest ? amount : 1, form == ServeForm::opening});
}

void Simulation::start_iteration(std::uint32_t index, std::uint32_t stamp) {
  IterationServer& server = servers_[index];
  begun_.clear();
  if (!server.compose(state_, stamp, begun_)) return;
  for (std::uint32_t task : begun_) task_started(task);
  if (server.alone()) {
    server.begin_stretch(state_);
    return;
  }
  std::span<TaskAmount const> const amounts = server.price();
  std::uint32_t const run = claim_run(server.spec().graph.index());
  runs_[run].server = index;
  server.begin(RunId(run));
  begin_run(run, {server.spec().stations, server.spec().routes, {}}, amounts);
  listener_.iterations_started(ServerId(index), server.batch(), 1);
}

void Simulation::end_stretch(std::uint32_t index, std::uint32_t stamp) {
  IterationServer& server = servers_[index];
  if (!server.ends_stretch(stamp)) return;
  credit(index);
  end_iterations(index, server.end_stretch(state_));
}

/// Tells stations, pipes and the listener what a server on resources of its own has done by now.
void Simulation::credit(std::uint32_t index) {
  IterationServer& server = servers_[index];
  ServerSpec const& spec = server.spec();
  std::uint32_t const begun = server.use(state_.now_s, [&](StretchUse const& use) {
    if (use.task.kind == TaskKind::compute) {
      stations_[spec.stations[use.task.role].index()].credit(use.amount, use.busy_s, use.jobs);
    } else if (use.task.kind == TaskKind::transfer) {
      network_.credit(spec.routes[use.task.role], use.amount, use.jobs == 0 ? 0 : use.amount, use.jobs, use.busy_s);
    }
  });
  if (begun > 0) listener_.iterations_started(ServerId(index), server.batch(), begun);
}

bool Simulation::iteration_task_started(ServerId id, std::uint32_t task) const {
  IterationServer const& server = servers_[id.index()];
  assert(server.busy());
  return server.alone() ? server.started(task, state_.now_s) : started(*server.iteration(), task);
}

void Simulation::end_iteration(std::uint32_t index) {
  std::uint32_t const server_index = runs_[index].server;
  IterationServer& server = servers_[server_index];
  std::span<std::uint32_t const> const over = server.end(state_, ended(index));
  runs_[index].server = nothing;
  release_run(index);
  end_iterations(server_index, over);
}

/// `over`: tasks whose calls end.
void Simulation::end_iterations(std::uint32_t server_index, std::span<std::uint32_t const> over) {
  IterationServer& server = servers_[server_index];
  for (BatchItem const& item : server.batch().items) {
    // Nobody else knows a cancelled run that is still held.
    std::uint32_t const run = state_.tasks[item.task].run;
    if (runs_[run].batches > 0 && state_.tasks[item.task].phase == TaskPhase::done && --runs_[run].batches == 0) {
      release_run(run);
    }
  }
  listener_.iteration_ended(ServerId(server_index), server.batch());
  for (std::uint32_t task : over) {
    if (state_.tasks[task].phase == TaskPhase::ending) task_ended(task);  // unless handling another one has cancelled it
  }
}

}  // namespace coinfer
