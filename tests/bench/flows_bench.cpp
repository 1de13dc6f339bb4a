// What does an event of a flow cost among 1,000 that share an uplink behind private access links, and what does it cost
// SimGrid? Both engines simulate the same flows, which must end at the same times.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

#include "sim/base/distributions.hpp"
#include "sim/kernel/child_process.hpp"
#include "sim/kernel/simulation.hpp"

namespace {

using namespace coinfer;

constexpr std::uint32_t devices = 1000;
constexpr double uplink_bytes_per_s = 1e9;
constexpr double never_s = std::numeric_limits<double>::infinity();

/// Every device sends one flow after another, so that 1,000 are always in flight; each has its own size.
class Fleet final : public SimulationListener {
 public:
  Fleet(EngineKind engine, std::uint32_t rates, std::uint32_t flows) : simulation_(engine, *this), flows_(flows) {
    PipeId const uplink = simulation_.add_pipe({uplink_bytes_per_s});
    for (std::uint32_t device = 0; device < devices; ++device) {
      PipeId const access = simulation_.add_pipe({access_bytes_per_s(device % rates, rates)});
      routes_.push_back(simulation_.add_route(std::vector{uplink, access}, 0));
    }
    graph_ = simulation_.add_graph(TaskGraph({Task{TaskKind::transfer, first_free_part, 0, 0}}, {}));
  }

  /// Returns the processor time in seconds.
  double run() {
    std::clock_t const begun = std::clock();
    for (std::uint32_t device = 0; device < devices; ++device) send(device);
    simulation_.run(never_s);
    return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  }

  void arrived(std::uint32_t) override {}
  void timer_fired(std::uint32_t, std::uint32_t) override {}
  void run_ended(RunId, std::uint32_t device) override {
    ends_s.push_back(simulation_.now_s());
    durations_s.push_back(simulation_.now_s() - sent_s_[device]);
    if (sent_ < flows_) send(device);
  }

  std::vector<double> ends_s;  ///< in the order in which flows end
  std::vector<double> durations_s;

 private:
  /// From half the share of the uplink to twice it; a single rate is one and a half times the share.
  static double access_bytes_per_s(std::uint32_t number, std::uint32_t rates) {
    double const share = uplink_bytes_per_s / devices;
    return rates == 1 ? 1.5 * share : share * (0.5 + 1.5 * number / (rates - 1.0));
  }
  void send(std::uint32_t device) {
    ++sent_;
    sent_s_[device] = simulation_.now_s();
    std::array<TaskAmount, 1> const amount = {TaskAmount{draw(Uniform{1e5, 2e6}, bytes_)}};
    simulation_.start(graph_, Binding{{}, std::span(&routes_[device], 1)}, device, amount);
  }

  Simulation simulation_;
  RandomStream bytes_{1, "bytes", 0};
  GraphId graph_;
  std::vector<RouteId> routes_;
  std::array<double, devices> sent_s_{};
  std::uint32_t flows_;
  std::uint32_t sent_ = 0;
};

struct Run {
  double seconds_per_event = 0;
  std::vector<double> ends_s;
  std::vector<double> durations_s;
};

/// A flow has two events, its start and its end.
Run measure(EngineKind engine, std::uint32_t rates, std::uint32_t flows) {
  Fleet fleet(engine, rates, flows);
  double const seconds = fleet.run();
  return {seconds / (2.0 * flows), fleet.ends_s, fleet.durations_s};
}

Run measure_simgrid(std::uint32_t rates, std::uint32_t flows) {
  std::string const bytes = run_in_child([&] {
    Run run = measure(EngineKind::plain, rates, flows);
    run.ends_s.push_back(run.seconds_per_event);
    return std::string(reinterpret_cast<char const*>(run.ends_s.data()), run.ends_s.size() * sizeof(double));
  });
  Run run;
  run.ends_s.resize(bytes.size() / sizeof(double));
  std::memcpy(run.ends_s.data(), bytes.data(), bytes.size());
  run.seconds_per_event = run.ends_s.back();
  run.ends_s.pop_back();
  return run;
}

/// The largest difference of an end over 1e-9 of the duration plus 4 ulp of the clock.
double worst_difference(Run const& fast, Run const& plain) {
  if (fast.ends_s.size() != plain.ends_s.size()) return never_s;
  double worst = 0;
  for (std::size_t i = 0; i < fast.ends_s.size(); ++i) {
    double const spacing_s = std::nextafter(plain.ends_s[i], never_s) - plain.ends_s[i];
    worst = std::max(worst, std::abs(fast.ends_s[i] - plain.ends_s[i]) / (1e-9 * fast.durations_s[i] + 4 * spacing_s));
  }
  return worst;
}

}  // namespace

int main() {
  std::printf(
      "| access rates | by class, us per flow event | SimGrid, us per flow event | times faster | difference over allowed "
      "|\n");
  std::printf("|---|---|---|---|---|\n");
  bool right = true;
  for (std::uint32_t const rates : {1U, 32U, 1000U}) {
    double fast_s = never_s;
    double plain_s = never_s;
    double worst = 0;
    for (int repetition = 0; repetition < 3; ++repetition) {
      fast_s = std::min(fast_s, measure(EngineKind::fast, rates, 300'000).seconds_per_event);
      Run const plain = measure_simgrid(rates, 3000);
      plain_s = std::min(plain_s, plain.seconds_per_event);
      worst = std::max(worst, worst_difference(measure(EngineKind::fast, rates, 3000), plain));
    }
    std::printf("| %u | %.2f | %.0f | %.0f | %.4f |\n", rates, 1e6 * fast_s, 1e6 * plain_s, plain_s / fast_s, worst);
    if (plain_s < 50 * fast_s) std::printf("warning: less than 50 times faster than SimGrid's own flows\n");
    right = right && worst <= 1;
  }
  return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
