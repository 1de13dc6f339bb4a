// Job by job, what the kernel shares ends when a plain fluid computation, which knows no virtual time, says so: to 1e-9 s.
#include <catch2/catch.hpp>
#include <cstring>
#include <iostream>
#include <limits>

#include "sim/kernel/child_process.hpp"
#include "tests/theory/line_run.hpp"
#include "tests/theory/recursions.hpp"

namespace coinfer::theory {

namespace {

double constexpr tolerance_s = 1e-9;
double constexpr infinity = std::numeric_limits<double>::infinity();
std::size_t constexpr jobs = 5000;

void check_close(std::string const& what, std::vector<double> const& kernel, std::vector<double> const& fluid) {
  double const difference_s = largest_difference(kernel, fluid);
  std::cout << "theory: " << what << ", " << kernel.size() << " jobs: largest difference " << difference_s
            << " s (tolerance " << tolerance_s << " s)\n";
  INFO(what);
  CHECK(difference_s <= tolerance_s);
}

std::vector<FluidUser> users_of(std::vector<double> const& arrivals_s, std::vector<double> const& amounts) {
  std::vector<FluidUser> users;
  for (std::size_t i = 0; i < amounts.size(); ++i) users.push_back({arrivals_s[i], amounts[i], {0}});
  return users;
}

/// Numbers of a child process, as bytes and back.
std::string to_bytes(std::vector<double> const& values) {
  return {reinterpret_cast<char const*>(values.data()), values.size() * sizeof(double)};
}
std::vector<double> from_bytes(std::string const& bytes) {
  std::vector<double> values(bytes.size() / sizeof(double));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// Flows over routes of one or two fair links: job n takes route n modulo their number.
class CrossTraffic final : public SimulationListener {
 public:
  CrossTraffic(EngineKind engine, std::vector<double> const& bandwidths,
               std::vector<std::vector<std::size_t>> const& routes, std::vector<double> const& arrivals_s,
               std::vector<double> const& bytes)
      : simulation_(engine, *this), bytes_(bytes), ends_s_(bytes.size(), infinity) {
    std::vector<PipeId> pipes;
    for (double bandwidth : bandwidths) pipes.push_back(simulation_.add_pipe({bandwidth, Sharing::fair}));
    for (auto const& route : routes) {
      std::vector<PipeId> path;
      for (std::size_t link : route) path.push_back(pipes[link]);
      routes_.push_back(simulation_.add_route(path, 0));
    }
    for (std::uint32_t flow = 0; flow < bytes.size(); ++flow) simulation_.schedule_arrival(arrivals_s[flow], flow);
  }
  std::vector<double> run() {
    simulation_.run(infinity);
    return ends_s_;
  }
  [[nodiscard]] std::uint64_t simgrid_flows() const { return simulation_.simgrid_flows(); }

  void arrived(std::uint32_t flow) override {
    TaskGraph graph({Task{TaskKind::transfer, first_free_part, 0, bytes_[flow]}}, {});
    simulation_.start(simulation_.add_graph(std::move(graph)), {}, std::vector{routes_[flow % routes_.size()]}, flow);
  }
  void timer_fired(std::uint32_t, std::uint32_t) override {}
  void run_ended(RunId, std::uint32_t flow) override { ends_s_[flow] = simulation_.now_s(); }

 private:
  Simulation simulation_;
  std::vector<double> bytes_;
  std::vector<RouteId> routes_;
  std::vector<double> ends_s_;
};

}  // namespace

TEST_CASE("Processor sharing ends every job when the fluid computation says") {
  std::uint64_t seed = 500;
  for (std::uint32_t const slots : {1u, 4u}) {
    for (double const load : {0.5, 0.8, 0.95}) {
      std::vector<double> const arrivals_s = arrivals_of(draws(Exponential{1}, jobs, ++seed, "gap"));
      Stage stage;
      stage.station = {Discipline::processor_sharing, slots};
      stage.amounts = draws(Gamma{load * slots, 1.5}, jobs, seed, "work");
      auto const outcomes = run_line(EngineKind::fast, arrivals_s, {stage});
      check_close("processor sharing, " + std::to_string(slots) + " slots, load " + std::to_string(load).substr(0, 4),
                  ends_of(outcomes),
                  fluid_ends(users_of(arrivals_s, stage.amounts), {{{0, static_cast<double>(slots)}}}, 1));
    }
  }
}

TEST_CASE("Processor sharing with outages ends every job when the fluid computation says") {
  std::uint64_t const seed = 600;
  std::vector<double> const arrivals_s = arrivals_of(draws(Exponential{1}, jobs, seed, "gap"));
  Stage stage;
  stage.station = {Discipline::processor_sharing, 2};
  stage.amounts = draws(Exponential{1.4}, jobs, seed, "work");
  std::vector<CapacityStep> steps = {{0, 2}};
  std::vector<Change> changes;
  for (double gap_s : draws(Exponential{40}, jobs / 50, seed, "outage")) {
    double const down_s = steps.back().from_s + gap_s;
    steps.push_back({down_s, 0});
    steps.push_back({down_s + gap_s / 8, 2});
    changes.push_back({down_s, 0, 0});
    changes.push_back({down_s + gap_s / 8, 0, 1});
  }
  auto const outcomes = run_line(EngineKind::fast, arrivals_s, {stage}, changes);
  check_close("processor sharing with outages", ends_of(outcomes),
              fluid_ends(users_of(arrivals_s, stage.amounts), {steps}, 1));
}

TEST_CASE("Flows that share a link, whose bandwidth changes, end when the fluid computation says, under both engines") {
  std::uint64_t const seed = 700;
  for (EngineKind const engine : {EngineKind::fast, EngineKind::plain}) {
    std::size_t const flows = engine == EngineKind::fast ? jobs : jobs / 20;
    std::vector<double> const arrivals_s = arrivals_of(draws(Exponential{1}, flows, seed, "gap"));
    Stage stage;
    stage.kind = TaskKind::transfer;
    stage.pipe = {1e6, Sharing::fair};
    stage.amounts = draws(Exponential{0.8e6}, flows, seed, "bytes");
    std::vector<CapacityStep> steps = {{0, 1e6}};
    std::vector<Change> changes;
    for (double factor : draws(Uniform{0.7, 1.4}, flows / 10, seed, "bandwidth")) {
      steps.push_back({steps.back().from_s + 10 * factor, 1e6 * factor});
      changes.push_back({steps.back().from_s, 0, steps.back().capacity});
    }
    std::string const bytes =
        run_in_child([&] { return to_bytes(ends_of(run_line(engine, arrivals_s, {stage}, changes))); });
    check_close(std::string("a fair link, engine ") + (engine == EngineKind::fast ? "fast" : "plain"), from_bytes(bytes),
                fluid_ends(users_of(arrivals_s, stage.amounts), {steps}, infinity));
  }
}

TEST_CASE("Flows over crossing routes end when progressive filling says, under both engines") {
  std::uint64_t const seed = 800;
  std::size_t const flows = 1000;
  std::vector<double> const bandwidths = {1e6, 1.5e6, 0.7e6};
  std::vector<std::vector<std::size_t>> const routes = {{0}, {0, 1}, {1, 2}, {2}};
  std::vector<double> const arrivals_s = arrivals_of(draws(Exponential{1}, flows, seed, "gap"));
  std::vector<double> const bytes = draws(Exponential{0.9e6}, flows, seed, "bytes");
  std::vector<FluidUser> users;
  for (std::size_t flow = 0; flow < flows; ++flow) {
    users.push_back({arrivals_s[flow], bytes[flow], routes[flow % routes.size()]});
  }
  std::vector<double> const fluid =
      fluid_ends(users, {{{0, bandwidths[0]}}, {{0, bandwidths[1]}}, {{0, bandwidths[2]}}}, infinity);
  for (EngineKind const engine : {EngineKind::fast, EngineKind::plain}) {
    std::vector<double> ends_s = from_bytes(run_in_child([&] {
      CrossTraffic traffic(engine, bandwidths, routes, arrivals_s, bytes);
      std::vector<double> result = traffic.run();
      result.push_back(static_cast<double>(traffic.simgrid_flows()));
      return to_bytes(result);
    }));
    double const in_simgrid = ends_s.back();
    ends_s.pop_back();
    std::string const name = engine == EngineKind::fast ? "fast" : "plain";
    check_close("crossing routes, engine " + name, ends_s, fluid);
    CHECK(in_simgrid == (engine == EngineKind::fast ? 0 : static_cast<double>(flows)));
  }
}

}  // namespace coinfer::theory
