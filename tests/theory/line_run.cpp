#include "tests/theory/line_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace coinfer::theory {

namespace {

class LineRun final : public SimulationListener {
 public:
  LineRun(EngineKind engine, std::vector<double> const& arrivals_s, std::vector<Stage> const& stages,
          std::vector<Change> const& changes)
      : arrivals_s_(arrivals_s),
        stages_(stages),
        changes_(changes),
        simulation_(engine, *this),
        outcomes_(arrivals_s.size()) {
    for (Stage const& stage : stages) {
      bool const computes = stage.kind == TaskKind::compute;
      stations_.push_back(simulation_.add_station(computes ? stage.station : StationSpec{}));
      pipes_.push_back(simulation_.add_pipe(computes ? PipeSpec{1, Sharing::fair} : stage.pipe));
      routes_.push_back(simulation_.add_route(std::vector{pipes_.back()}, stage.latency_s));
    }
    for (std::uint32_t stage = 1; stage < stages.size(); ++stage) edges_.push_back({stage - 1, stage});
  }

  std::vector<Outcome> run() {
    for (std::uint32_t job = 0; job < arrivals_s_.size(); ++job) simulation_.schedule_arrival(arrivals_s_[job], job);
    for (std::uint32_t change = 0; change < changes_.size(); ++change) {
      simulation_.schedule_timer(changes_[change].time_s, change, 0);
    }
    simulation_.run(std::numeric_limits<double>::infinity());
    return outcomes_;
  }

  void arrived(std::uint32_t job) override {
    // Every job has its own amounts, hence its own graph.
    std::vector<Task> tasks;
    for (std::uint32_t stage = 0; stage < stages_.size(); ++stage) {
      tasks.push_back(Task{stages_[stage].kind, first_free_part, stage, stages_[stage].amounts[job]});
    }
    simulation_.start(simulation_.add_graph(TaskGraph(tasks, edges_)), stations_, routes_, job);
  }
  void timer_fired(std::uint32_t change, std::uint32_t) override {
    Change const& what = changes_[change];
    if (stages_[what.stage].kind == TaskKind::compute) {
      simulation_.set_up(stations_[what.stage], what.value != 0);
    } else {
      simulation_.set_bandwidth(pipes_[what.stage], what.value);
    }
  }
  void run_ended(RunId run, std::uint32_t job) override {
    outcomes_[job] = {simulation_.now_s(), simulation_.part_times(run)};
  }

 private:
  std::vector<double> const& arrivals_s_;
  std::vector<Stage> const& stages_;
  std::vector<Change> const& changes_;
  Simulation simulation_;
  std::vector<Outcome> outcomes_;
  std::vector<StationId> stations_;
  std::vector<PipeId> pipes_;
  std::vector<RouteId> routes_;
  std::vector<TaskGraph::Edge> edges_;
};

}  // namespace

std::vector<Outcome> run_line(EngineKind engine, std::vector<double> const& arrivals_s, std::vector<Stage> const& stages,
                              std::vector<Change> const& changes) {
  return LineRun(engine, arrivals_s, stages, changes).run();
}

std::vector<double> draws(Distribution const& distribution, std::size_t count, std::uint64_t seed,
                          std::string_view purpose) {
  RandomStream stream(seed, purpose, 0);
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(draw(distribution, stream));
  return result;
}

std::vector<double> arrivals_of(std::vector<double> const& gaps_s) {
  std::vector<double> result;
  double now_s = 0;
  for (double gap_s : gaps_s) result.push_back(now_s += gap_s);
  return result;
}

double largest_difference(std::vector<double> const& a, std::vector<double> const& b) {
  double constexpr infinity = std::numeric_limits<double>::infinity();
  if (a.size() != b.size()) return infinity;
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    double const difference = std::abs(a[i] - b[i]);
    largest = std::isnan(difference) ? infinity : std::max(largest, difference);
  }
  return largest;
}

std::vector<double> ends_of(std::vector<Outcome> const& outcomes) {
  std::vector<double> result;
  for (Outcome const& outcome : outcomes) result.push_back(outcome.end_s);
  return result;
}

std::vector<double> part_of(std::vector<Outcome> const& outcomes, Part part) {
  std::vector<double> result;
  for (Outcome const& outcome : outcomes) result.push_back(outcome.parts[part]);
  return result;
}

}  // namespace coinfer::theory
