#include "tests/bench/kernel_iterations.hpp"

namespace coinfer::bench {

namespace {

TaskGraph chain(std::uint32_t tasks) {
  std::vector<TaskGraph::Edge> edges;
  for (std::uint32_t i = 1; i < tasks; ++i) edges.push_back({i - 1, i});
  return TaskGraph(std::vector<Task>(tasks, Task{TaskKind::compute, first_free_part, 0, 0}), edges);
}

/// Ten steps, then 0.3 s away.
TaskGraph visit() {
  Task steps{TaskKind::serve, first_free_part, 0, 10};
  steps.form = ServeForm::rest;
  std::vector<TaskGraph::Edge> const edges = {{0, 1}};
  return TaskGraph({steps, Task{TaskKind::delay, first_free_part, 0, 0.3}}, edges);
}

}  // namespace

void EverybodySteps::leave(std::uint32_t task) {
  std::erase_if(calls_, [task](ServeCall const& call) { return call.task == task; });
}

double EverybodySteps::compose(double, Batch& batch) {
  for (ServeCall const& call : calls_) batch.items.push_back({call.session, call.task});
  return when_asked;
}

void EverybodySteps::finish(Batch const& batch, double, std::vector<std::uint32_t>& ended) {
  // Those of the batch stand first: calls enter behind them, and none leaves here.
  for (std::size_t i = 0; i < batch.items.size(); ++i) {
    if (--calls_[i].steps == 0) ended.push_back(calls_[i].task);
  }
  std::erase_if(calls_, [](ServeCall const& call) { return call.steps == 0; });
}

KernelIterations::KernelIterations(std::uint32_t tasks, std::uint32_t sessions)
    : simulation_(EngineKind::fast, *this),
      station_(simulation_.add_station({})),
      server_(simulation_.add_server({scheduler_, step_, simulation_.add_graph(chain(tasks)), {station_}, {}})),
      visit_(simulation_.add_graph(visit())) {
  for (std::uint32_t session = 0; session < sessions; ++session) simulation_.schedule_arrival(0.1 * session, session);
}

void KernelIterations::start(std::uint32_t session) {
  simulation_.start(visit_, {{}, {}, std::span(&server_, 1)}, session);
}

}  // namespace coinfer::bench
