// What must hold whatever is asked of iteration servers: random requests, cancellations and outages on two servers that
// share a processor and a link.
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <set>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/kernel/child_process.hpp"
#include "tests/unit/sim/kernel_scripted_batches.hpp"
#include "tests/unit/sim/kernel_world.hpp"

using namespace coinfer;

namespace {

std::uint32_t constexpr requests = 60;

/// Compute on the shared processor, bytes over the shared link, and a bit of waiting, all by units.
ScriptedStep random_step() {
  return ScriptedStep([](Batch const& batch, std::span<TaskAmount> amounts) {
    double const steps = units_of(batch, false);
    double const openings = units_of(batch, true);
    amounts[0] = {0.011 + 0.003 * steps + 0.021 * openings, 0.002 * steps, 0.001 * openings};
    amounts[1] = {1e4 * (steps + openings)};
    amounts[2] = {0.007 * static_cast<double>(batch.items.size())};
  });
}

TaskGraph iteration_graph() {
  Task compute{TaskKind::compute, work_part, 0, 0};
  compute.first_extra_part = work_part + 1;
  compute.second_extra_part = work_part + 2;
  return chain({compute, Task{TaskKind::transfer, wire_part, 0, 0}, Task{TaskKind::delay, work_part + 3, 0, 0}});
}

Task serve(std::uint32_t role, ServeForm form) {
  Task task{TaskKind::serve, work_part, role, 0};
  task.form = form;
  return task;
}

/// By request: its end, or -1 where it was cancelled.
std::vector<double> run_random(EngineKind engine, std::uint64_t seed) {
  RandomStream draw(seed, "test", 0);
  World world(engine);
  Simulation& simulation = world.simulation;
  std::vector<StationId> const stations = {simulation.add_station({Discipline::processor_sharing, 1})};
  PipeId const link = simulation.add_pipe({2e6});
  std::vector<RouteId> const routes = {simulation.add_route(std::vector{link}, 0.004)};
  GraphId const iteration = simulation.add_graph(iteration_graph());
  std::array<ScriptedScheduler, 2> schedulers;
  ScriptedStep const step = random_step();
  std::vector<ServerId> servers;
  for (ScriptedScheduler& scheduler : schedulers) {
    scheduler.largest = 1 + draw.below(6);
    scheduler.chunk = static_cast<std::uint32_t>(1 + draw.below(9));
    scheduler.least = 1 + draw.below(3);
    scheduler.timeout_s = 0.1 * draw.uniform();
    servers.push_back(simulation.add_server({scheduler, step, iteration, stations, routes}));
  }
  // A request opens, sends, steps; every other one steps on both servers at once.
  GraphId const plain = simulation.add_graph(
      chain({serve(0, ServeForm::opening), Task{TaskKind::transfer, wire_part, 0, 0}, serve(1, ServeForm::rest)}));
  std::vector<TaskGraph::Edge> const fork_edges = {{0, 1}, {0, 2}};
  GraphId const fork = simulation.add_graph(
      TaskGraph({serve(0, ServeForm::opening), serve(0, ServeForm::pass), serve(1, ServeForm::rest)}, fork_edges));
  std::vector<double> starts(requests);
  std::vector<double> ends(requests, -1);
  std::vector<RunId> runs(requests);
  std::set<std::uint32_t> in_flight;
  auto units = [&draw] { return static_cast<double>(draw.below(12)); };
  world.recorder.on_arrival = [&](std::uint32_t tag) {
    starts[tag] = simulation.now_s();
    std::vector<TaskAmount> const amounts = {{units()}, {tag % 2 == 0 ? 1e5 * draw.uniform() : units()}, {units()}};
    runs[tag] = simulation.start(tag % 2 == 0 ? plain : fork, {{}, routes, servers}, tag, amounts);
    in_flight.insert(tag);
  };
  world.recorder.on_end = [&](std::uint32_t tag) {
    in_flight.erase(tag);
    ends[tag] = simulation.now_s();
    PartTimes const& parts = world.recorder.parts.at(tag);
    CHECK(sum(parts) == Approx(ends[tag] - starts[tag]).epsilon(1e-9));
    for (double part : parts) CHECK(part >= -1e-9);
  };
  world.recorder.on_timer = [&](std::uint32_t what) {
    if (what < 2) {
      simulation.set_up(servers[what], !simulation.server(servers[what]).up());
    } else if (in_flight.erase(what - 2) > 0) {
      simulation.cancel(runs[what - 2]);
    }
  };
  for (std::uint32_t tag = 0; tag < requests; ++tag) {
    double const arrival_s = 6 * draw.uniform();
    simulation.schedule_arrival(arrival_s, tag);
    if (draw.below(4) == 0) simulation.schedule_timer(arrival_s + 0.5 * draw.uniform(), tag + 2, 0);
  }
  for (std::uint32_t change = 0; change < 8; ++change) simulation.schedule_timer(6 * draw.uniform(), change % 2, 0);
  simulation.run(forever);
  CHECK(in_flight.empty());
  CHECK(simulation.active_runs() == 0);
  for (ServerId server : servers) {
    CHECK(simulation.server(server).calls() == 0);
    CHECK_FALSE(simulation.server(server).iteration().has_value());
    CHECK(simulation.server(server).iterations() > 0);
  }
  CHECK(simulation.station(stations[0]).occupancy().in_service() == 0);
  return ends;
}

}  // namespace

TEST_CASE("Whatever is asked of iteration servers, parts add up, calls end, and both engines say the same") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    std::vector<double> const fast = run_random(EngineKind::fast, seed);
    std::string const bytes = run_in_child([seed] {
      std::vector<double> const plain = run_random(EngineKind::plain, seed);
      return std::string(reinterpret_cast<char const*>(plain.data()), plain.size() * sizeof(double));
    });
    REQUIRE(bytes.size() == fast.size() * sizeof(double));
    for (std::size_t tag = 0; tag < fast.size(); ++tag) {
      double plain_s;
      std::memcpy(&plain_s, bytes.data() + tag * sizeof(double), sizeof(double));
      CHECK(plain_s == Approx(fast[tag]).epsilon(1e-9));
    }
  }
}
