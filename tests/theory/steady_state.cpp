#include "tests/theory/steady_state.hpp"

#include <cassert>
#include <cmath>
#include <limits>

#include "sim/base/distributions.hpp"
#include "sim/kernel/simulation.hpp"
#include "sim/kernel/statistics.hpp"

namespace coinfer::theory {

namespace {

std::uint64_t constexpr work_values = 4096;

/// Means of the exponential law of mean 1 between its quantiles i/n and (i+1)/n: with a and b the two quantiles,
/// n ((a + 1) e^-a - (b + 1) e^-b), where e^-a = 1 - i/n.
std::vector<double> exponential_values() {
  std::vector<double> values;
  double const n = work_values;
  for (std::uint64_t i = 0; i < work_values; ++i) {
    double const above = 1 - static_cast<double>(i) / n;
    double const below = 1 - static_cast<double>(i + 1) / n;
    double const upper = below > 0 ? (1 - std::log(below)) * below : 0;
    values.push_back(n * ((1 - std::log(above)) * above - upper));
  }
  return values;
}

class SteadyRun final : public SimulationListener {
 public:
  SteadyRun(Queue const& queue, double load, double service_rate, Length length, std::uint64_t seed)
      : queue_(queue),
        length_(length),
        simulation_(EngineKind::fast, *this),
        stations_{simulation_.add_station(queue.station)},
        gap_{1 / (load * queue.station.slots)},
        gaps_(seed, "gap", 0),
        works_(seed, "work", 0) {
    std::vector<double> const values = queue.work == WorkLaw::constant ? std::vector{1.0} : exponential_values();
    for (double work_s : values) {
      graphs_.push_back(
          simulation_.add_graph(TaskGraph({Task{TaskKind::compute, first_free_part, 0, work_s / service_rate}}, {})));
    }
  }

  double mean_s() {
    simulation_.schedule_arrival(draw(gap_, gaps_), 0);
    simulation_.run(std::numeric_limits<double>::infinity());
    assert(measured_.size() == length_.measured);
    return exact_sum(measured_) / static_cast<double>(measured_.size());
  }

  void arrived(std::uint32_t job) override {
    std::uint32_t const graph = static_cast<std::uint32_t>(works_.below(graphs_.size()));
    simulation_.start(graphs_[graph], stations_, {}, job);
    if (job + 1 < length_.warm_up + length_.measured) {
      simulation_.schedule_arrival(simulation_.now_s() + draw(gap_, gaps_), job + 1);
    }
  }
  void timer_fired(std::uint32_t, std::uint32_t) override {}
  void run_ended(RunId run, std::uint32_t job) override {
    if (job < length_.warm_up) return;
    PartTimes const parts = simulation_.part_times(run);
    measured_.push_back(queue_.measure == Measure::wait ? parts[queue_part] : parts[queue_part] + parts[first_free_part]);
  }

 private:
  Queue queue_;
  Length length_;
  Simulation simulation_;
  std::vector<StationId> stations_;
  std::vector<GraphId> graphs_;
  Exponential gap_;
  RandomStream gaps_;
  RandomStream works_;
  std::vector<double> measured_;
};

}  // namespace

double mean_of_run_s(Queue const& queue, double load, double service_rate, Length length, std::uint64_t seed) {
  return SteadyRun(queue, load, service_rate, length, seed).mean_s();
}

Estimate interval_999(std::vector<double> const& means) {
  assert(means.size() == 30);
  double constexpr student_t = 3.6594;  // 0.9995 quantile, 29 degrees of freedom
  double const n = static_cast<double>(means.size());
  double const mean = exact_sum(means) / n;
  double squares = 0;
  for (double value : means) squares += (value - mean) * (value - mean);
  return {mean, student_t * std::sqrt(squares / (n - 1) / n)};
}

}  // namespace coinfer::theory
