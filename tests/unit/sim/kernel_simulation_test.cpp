// Hand-computed runs of the kernel: stations, links, attribution, cancellation, outages.
#include "sim/kernel/simulation.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "sim/kernel/child_process.hpp"
#include "tests/unit/sim/kernel_world.hpp"

using namespace coinfer;

namespace {

Part constexpr compute_part = work_part;

}  // namespace

TEST_CASE("A run alone through station, route and station takes the sum of its parts") {
  World world;
  Simulation& simulation = world.simulation;
  StationId const edge = simulation.add_station({});
  StationId const cloud = simulation.add_station({});
  PipeId const access = simulation.add_pipe({2e6});
  PipeId const core = simulation.add_pipe({1e6});
  std::vector<PipeId> const pipes = {access, core};
  RouteId const route = simulation.add_route(pipes, 0.03);
  std::vector<TaskGraph::Edge> const edges = {{0, 1}, {1, 2}};
  GraphId const graph = simulation.add_graph(TaskGraph({{TaskKind::compute, compute_part, 0, 0.25},
                                                        {TaskKind::transfer, compute_part, 0, 5e5},
                                                        {TaskKind::compute, compute_part + 1, 1, 0.125}},
                                                       edges));
  world.recorder.on_arrival = [&](std::uint32_t subject) {
    simulation.start(graph, std::vector{edge, cloud}, std::vector{route}, subject);
  };
  simulation.schedule_arrival(1.0, 7);
  simulation.run(forever);
  REQUIRE(world.recorder.end_s.at(7) == Approx(1.0 + 0.25 + 0.03 + 0.5 + 0.125).epsilon(1e-12));
  PartTimes const& parts = world.recorder.parts.at(7);
  CHECK(parts[queue_part] == 0);
  CHECK(parts[compute_part] == 0.25);
  CHECK(parts[propagation_part] == Approx(0.03).epsilon(1e-12));
  CHECK(parts[wire_part] == Approx(0.5).epsilon(1e-12));
  CHECK(parts[compute_part + 1] == Approx(0.125).epsilon(1e-12));
  CHECK(simulation.pipe(core).bytes == 5e5);
  CHECK(simulation.starts(graph)[1] == 1);
}

TEST_CASE("First come, first served: the second run waits for the first, and its wait is attributed to the queue") {
  World world;
  Simulation& simulation = world.simulation;
  StationId const station = simulation.add_station({Discipline::fifo, 1});
  GraphId const graph = simulation.add_graph(single(TaskKind::compute, 1.0));
  world.recorder.on_arrival = [&](std::uint32_t subject) { simulation.start(graph, std::vector{station}, {}, subject); };
  simulation.schedule_arrival(0.0, 0);
  simulation.schedule_arrival(0.25, 1);
  simulation.run(forever);
  CHECK(world.recorder.end_s.at(0) == 1.0);
  CHECK(world.recorder.end_s.at(1) == 2.0);
  CHECK(world.recorder.parts.at(1)[queue_part] == 0.75);
  CHECK(world.recorder.parts.at(1)[compute_part] == 1.0);
  simulation.settle();
  CHECK(simulation.station(station).occupancy().busy_s() == 2.0);
  CHECK(simulation.station(station).occupancy().waiting_s() == 0.75);
  CHECK(simulation.station(station).occupancy().max_waiting() == 1);
  CHECK(simulation.station(station).served() == 2);
}

TEST_CASE("Two slots serve two runs at once and the third after the first of them") {
  World world;
  Simulation& simulation = world.simulation;
  StationId const station = simulation.add_station({Discipline::fifo, 2});
  GraphId const graph = simulation.add_graph(single(TaskKind::compute, 1.0));
  world.recorder.on_arrival = [&](std::uint32_t subject) { simulation.start(graph, std::vector{station}, {}, subject); };
  for (std::uint32_t i = 0; i < 3; ++i) simulation.schedule_arrival(0.25 * i, i);
  simulation.run(forever);
  CHECK(world.recorder.end_s.at(0) == 1.0);
  CHECK(world.recorder.end_s.at(1) == 1.25);
  CHECK(world.recorder.end_s.at(2) == 2.0);
}

TEST_CASE("Processor sharing halves the speed of two jobs and gives it back when one ends") {
  World world;
  Simulation& simulation = world.simulation;
  StationId const station = simulation.add_station({Discipline::processor_sharing, 1});
  GraphId const graph = simulation.add_graph(single(TaskKind::compute, 2.0));
  world.recorder.on_arrival = [&](std::uint32_t subject) { simulation.start(graph, std::vector{station}, {}, subject); };
  simulation.schedule_arrival(0.0, 0);
  simulation.schedule_arrival(1.0, 1);
  simulation.run(forever);
  // Alone for 1 s, then both at half speed: the first has 1 s of work left, so 2 s; the second then has 1 s left, alone.
  CHECK(world.recorder.end_s.at(0) == Approx(3.0).epsilon(1e-12));
  CHECK(world.recorder.end_s.at(1) == Approx(4.0).epsilon(1e-12));
}

TEST_CASE("Parallel branches: the run ends with the longer one, and only that one is attributed") {
  World world;
  Simulation& simulation = world.simulation;
  StationId const edge = simulation.add_station({});
  StationId const cloud = simulation.add_station({});
  PipeId const pipe = simulation.add_pipe({1e6});
  RouteId const route = simulation.add_route(std::vector{pipe}, 0.5);
  // stem -> {local branch 3 s, transfer 0.5 + 1 s -> remote branch 1 s} -> join
  std::vector<TaskGraph::Edge> const edges = {{0, 1}, {0, 2}, {2, 3}, {1, 4}, {3, 4}};
  GraphId const graph = simulation.add_graph(TaskGraph({{TaskKind::compute, compute_part, 0, 1.0},
                                                        {TaskKind::compute, compute_part, 0, 3.0},
                                                        {TaskKind::transfer, compute_part, 0, 1e6},
                                                        {TaskKind::compute, compute_part, 1, 1.0},
                                                        {TaskKind::compute, compute_part, 0, 0.25}},
                                                       edges));
  simulation.start(graph, std::vector{edge, cloud}, std::vector{route}, 0);
  simulation.run(forever);
  CHECK(world.recorder.end_s.at(0) == Approx(4.25).epsilon(1e-12));
  PartTimes const& parts = world.recorder.parts.at(0);
  CHECK(parts[compute_part] == Approx(4.25).epsilon(1e-12));
  CHECK(parts[wire_part] == 0);
  CHECK(sum(parts) == Approx(4.25).epsilon(1e-12));
}

TEST_CASE("Flows with the same links share them equally, whatever their latency") {
  World world;
  Simulation& simulation = world.simulation;
  PipeId const pipe = simulation.add_pipe({1e6});
  std::vector<RouteId> const routes = {simulation.add_route(std::vector{pipe}, 0.001),
                                       simulation.add_route(std::vector{pipe}, 0.100)};
  GraphId const graph = simulation.add_graph(single(TaskKind::transfer, 2e6));
  for (std::uint32_t i = 0; i < 2; ++i) simulation.start(graph, {}, std::vector{routes[i]}, i);
  simulation.run(forever);
  // From 1 ms to 100 ms the first is alone; then both share: 2 MB - 99 kB left at 0.5 MB/s.
  CHECK(world.recorder.end_s.at(0) == Approx(3.902).epsilon(1e-12));
  CHECK(world.recorder.end_s.at(1) == Approx(4.001).epsilon(1e-12));
}

TEST_CASE("A fifo link serves transfers one after the other, in the order they reach it") {
  World world;
  Simulation& simulation = world.simulation;
  PipeId const pipe = simulation.add_pipe({1e6, Sharing::fifo});
  RouteId const near = simulation.add_route(std::vector{pipe}, 0.1);
  RouteId const far = simulation.add_route(std::vector{pipe}, 0.2);
  GraphId const graph = simulation.add_graph(single(TaskKind::transfer, 1e6));
  simulation.start(graph, {}, std::vector{far}, 0);
  simulation.start(graph, {}, std::vector{near}, 1);
  simulation.run(forever);
  CHECK(world.recorder.end_s.at(1) == Approx(1.1).epsilon(1e-12));
  CHECK(world.recorder.end_s.at(0) == Approx(2.1).epsilon(1e-12));
  CHECK(world.recorder.parts.at(0)[queue_part] == Approx(0.9).epsilon(1e-12));
}

TEST_CASE("Two transfers over two fifo links in opposite orders do not lock each other out") {
  World world;
  Simulation& simulation = world.simulation;
  PipeId const a = simulation.add_pipe({1e6, Sharing::fifo});
  PipeId const b = simulation.add_pipe({1e6, Sharing::fifo});
  RouteId const ab = simulation.add_route(std::vector{a, b}, 0);
  RouteId const ba = simulation.add_route(std::vector{b, a}, 0);
  GraphId const graph = simulation.add_graph(single(TaskKind::transfer, 1e6));
  simulation.start(graph, {}, std::vector{ab}, 0);
  simulation.start(graph, {}, std::vector{ba}, 1);
  simulation.run(forever);
  CHECK(world.recorder.end_s.at(0) == 1.0);
  CHECK(world.recorder.end_s.at(1) == 2.0);
}

TEST_CASE("A cancelled run frees its station for the next and reports no end") {
  World world;
  Simulation& simulation = world.simulation;
  StationId const station = simulation.add_station({});
  GraphId const graph = simulation.add_graph(single(TaskKind::compute, 10.0));
  RunId const first = simulation.start(graph, std::vector{station}, {}, 0);
  simulation.start(graph, std::vector{station}, {}, 1);
  RunId const waiting = simulation.start(graph, std::vector{station}, {}, 2);
  world.recorder.on_timer = [&](std::uint32_t) {
    simulation.cancel(waiting);
    simulation.cancel(first);
  };
  simulation.schedule_timer(4.0, 0, 0);
  simulation.run(forever);
  CHECK(world.recorder.end_s.size() == 1);
  CHECK(world.recorder.end_s.at(1) == 14.0);
  CHECK(simulation.active_runs() == 0);
}

TEST_CASE("A cancelled flow gives its share of the link to the others") {
  World world;
  Simulation& simulation = world.simulation;
  PipeId const pipe = simulation.add_pipe({1e6});
  RouteId const route = simulation.add_route(std::vector{pipe}, 0);
  GraphId const graph = simulation.add_graph(single(TaskKind::transfer, 2e6));
  simulation.start(graph, {}, std::vector{route}, 0);
  RunId const second = simulation.start(graph, {}, std::vector{route}, 1);
  world.recorder.on_timer = [&](std::uint32_t) { simulation.cancel(second); };
  simulation.schedule_timer(2.0, 0, 0);
  simulation.run(forever);
  CHECK(world.recorder.end_s.at(0) == Approx(3.0).epsilon(1e-12));
  simulation.settle();
  CHECK(simulation.pipe(pipe).occupancy.in_service() == 0);
}

TEST_CASE("Cancelling a flow that ends at the same instant is not an end") {
  World world;
  Simulation& simulation = world.simulation;
  PipeId const pipe = simulation.add_pipe({1e6});
  RouteId const route = simulation.add_route(std::vector{pipe}, 0);
  GraphId const graph = simulation.add_graph(single(TaskKind::transfer, 1e6));
  simulation.start(graph, {}, std::vector{route}, 0);
  RunId const second = simulation.start(graph, {}, std::vector{route}, 1);
  world.recorder.on_end = [&](std::uint32_t tag) {
    if (tag == 0) simulation.cancel(second);
  };
  simulation.run(forever);
  CHECK(world.recorder.end_s.size() == 1);
  CHECK(simulation.pipe(pipe).occupancy.in_service() == 0);
  CHECK(simulation.active_runs() == 0);
}

TEST_CASE("A cancelled run does not start its own tasks with what it gives back") {
  World world;
  Simulation& simulation = world.simulation;
  StationId const station = simulation.add_station({});
  PipeId const pipe = simulation.add_pipe({1e6, Sharing::fifo});
  RouteId const route = simulation.add_route(std::vector{pipe}, 0);
  GraphId const graph = simulation.add_graph(TaskGraph({{TaskKind::compute, compute_part, 0, 5.0},
                                                        {TaskKind::compute, compute_part, 0, 5.0},
                                                        {TaskKind::transfer, compute_part, 0, 5e6},
                                                        {TaskKind::transfer, compute_part, 0, 5e6}},
                                                       {}));
  RunId const run = simulation.start(graph, std::vector{station}, std::vector{route}, 0);
  world.recorder.on_timer = [&](std::uint32_t) { simulation.cancel(run); };
  simulation.schedule_timer(1.0, 0, 0);
  simulation.run(forever);
  std::vector<std::uint64_t> const starts(simulation.starts(graph).begin(), simulation.starts(graph).end());
  CHECK(starts == std::vector<std::uint64_t>{1, 0, 1, 0});
  CHECK(simulation.pipe(pipe).occupancy.in_service() == 0);
  CHECK(simulation.pipe(pipe).occupancy.waiting() == 0);
  CHECK(simulation.station(station).occupancy().in_service() == 0);
}

TEST_CASE("A job without work waits for a station that is down, under both disciplines") {
  for (Discipline const discipline : {Discipline::fifo, Discipline::processor_sharing}) {
    World world;
    Simulation& simulation = world.simulation;
    StationId const station = simulation.add_station({discipline, 1});
    GraphId const graph = simulation.add_graph(single(TaskKind::compute, 0.0));
    simulation.set_up(station, false);
    simulation.start(graph, std::vector{station}, {}, 0);
    world.recorder.on_timer = [&](std::uint32_t) { simulation.set_up(station, true); };
    simulation.schedule_timer(3.0, 0, 0);
    simulation.run(forever);
    CHECK(world.recorder.end_s.at(0) == 3.0);
    CHECK(world.recorder.parts.at(0)[queue_part] == 3.0);
  }
}

TEST_CASE("An end of a flow frees what a timer of the same instant asks for, in both engines") {
  for (EngineKind const engine : {EngineKind::fast, EngineKind::plain}) {
    // The flow ends at 2 s and its run then needs the station; so does a run that a timer starts at 2 s.
    std::string const ends = run_in_child([engine] {
      World world(engine);
      Simulation& simulation = world.simulation;
      StationId const station = simulation.add_station({});
      PipeId const pipe = simulation.add_pipe({1e6});
      RouteId const route = simulation.add_route(std::vector{pipe}, 0);
      std::vector<TaskGraph::Edge> const edges = {{0, 1}};
      GraphId const sent = simulation.add_graph(
          TaskGraph({{TaskKind::transfer, compute_part, 0, 2e6}, {TaskKind::compute, compute_part, 0, 4.0}}, edges));
      GraphId const local = simulation.add_graph(single(TaskKind::compute, 5.0));
      simulation.start(sent, std::vector{station}, std::vector{route}, 0);
      world.recorder.on_timer = [&](std::uint32_t) { simulation.start(local, std::vector{station}, {}, 1); };
      simulation.schedule_timer(2.0, 0, 0);
      simulation.run(forever);
      return std::to_string(world.recorder.end_s.at(0)) + " " + std::to_string(world.recorder.end_s.at(1));
    });
    CHECK(ends == "6.000000 11.000000");
  }
}

TEST_CASE("A station that goes down keeps the work left, under both disciplines") {
  for (Discipline const discipline : {Discipline::fifo, Discipline::processor_sharing}) {
    World world;
    Simulation& simulation = world.simulation;
    StationId const station = simulation.add_station({discipline, 1});
    GraphId const graph = simulation.add_graph(single(TaskKind::compute, 3.0));
    simulation.start(graph, std::vector{station}, {}, 0);
    world.recorder.on_timer = [&](std::uint32_t up) { simulation.set_up(station, up == 1); };
    simulation.schedule_timer(1.0, 0, 0);
    simulation.schedule_timer(5.0, 1, 0);
    simulation.run(forever);
    CHECK(world.recorder.end_s.at(0) == Approx(7.0).epsilon(1e-12));
  }
}

TEST_CASE("A bandwidth that changes in flight is followed exactly, an outage included") {
  World world;
  Simulation& simulation = world.simulation;
  PipeId const pipe = simulation.add_pipe({1e6});
  RouteId const route = simulation.add_route(std::vector{pipe}, 0);
  GraphId const graph = simulation.add_graph(single(TaskKind::transfer, 4e6));
  simulation.start(graph, {}, std::vector{route}, 0);
  std::vector<double> const bandwidths = {5e5, 0.0, 2e6};
  world.recorder.on_timer = [&](std::uint32_t step) { simulation.set_bandwidth(pipe, bandwidths[step]); };
  simulation.schedule_timer(1.0, 0, 0);
  simulation.schedule_timer(3.0, 1, 0);
  simulation.schedule_timer(13.0, 2, 0);
  simulation.run(forever);
  // 1 MB by 1 s, 2 MB by 3 s, nothing until 13 s, then 2 MB at 2 MB/s.
  CHECK(world.recorder.end_s.at(0) == Approx(14.0).epsilon(1e-12));
}

TEST_CASE("A run that is cut at a horizon leaves its runs in flight and its clock at the horizon") {
  World world;
  Simulation& simulation = world.simulation;
  StationId const station = simulation.add_station({});
  GraphId const graph = simulation.add_graph(single(TaskKind::compute, 10.0));
  simulation.start(graph, std::vector{station}, {}, 0);
  simulation.run(4.0);
  CHECK(simulation.now_s() == 4.0);
  CHECK(simulation.active_runs() == 1);
  simulation.settle();
  CHECK(simulation.station(station).occupancy().busy_s() == 4.0);
}

TEST_CASE("Runs are recycled: memory is for the runs in flight") {
  World world;
  Simulation& simulation = world.simulation;
  StationId const station = simulation.add_station({});
  GraphId const graph = simulation.add_graph(single(TaskKind::compute, 0.5));
  std::uint32_t highest = 0;
  world.recorder.on_arrival = [&](std::uint32_t subject) {
    highest = std::max(highest, simulation.start(graph, std::vector{station}, {}, subject).index());
    if (subject < 1000) simulation.schedule_arrival(simulation.now_s() + 1.0, subject + 1);
  };
  simulation.schedule_arrival(0.0, 0);
  simulation.run(forever);
  CHECK(world.recorder.end_s.size() == 1001);
  CHECK(highest == 0);
}

TEST_CASE("Simulated time ends after 2^36 seconds, for what happens then and not for what is only scheduled") {
  World world;
  world.simulation.schedule_timer(last_date_s, 0, 0);
  world.simulation.schedule_timer(2 * last_date_s, 1, 0);
  int fired = 0;
  world.recorder.on_timer = [&](std::uint32_t) { ++fired; };
  world.simulation.run(last_date_s);
  CHECK(fired == 1);
  CHECK_THROWS_WITH(world.simulation.run(forever), "the run goes on for more than 2000 years of simulated time");
  CHECK(fired == 1);
}
