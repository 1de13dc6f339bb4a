// What a run asks for and what it counts as: amounts given at start, services of several parts, random extra latency.
#include <catch2/catch.hpp>
#include <cstring>
#include <vector>

#include "sim/base/distributions.hpp"
#include "sim/kernel/child_process.hpp"
#include "tests/unit/sim/kernel_world.hpp"

using namespace coinfer;

namespace {

Part constexpr enclave = work_part + 1;
Part constexpr paging = work_part + 2;

/// 10 s of work of which 3 count as the enclave's and 2 as paging.
Task divided_task() {
  Task task{TaskKind::compute, work_part, 0, 10};
  task.first_extra_part = enclave;
  task.second_extra_part = paging;
  task.first_extra = 3;
  task.second_extra = 2;
  return task;
}

}  // namespace

TEST_CASE("Amounts given at start stand in the place of the graph's, for that run alone") {
  World world;
  std::vector<StationId> const stations = {world.simulation.add_station({})};
  std::vector<RouteId> const routes = {world.simulation.add_route(std::vector{world.simulation.add_pipe({1e6})}, 0)};
  GraphId const graph = world.simulation.add_graph(
      chain({Task{TaskKind::compute, work_part, 0, 1}, Task{TaskKind::transfer, wire_part, 0, 2e6},
             Task{TaskKind::delay, enclave, 0, 4}}));
  std::vector<TaskAmount> const amounts = {{0.5}, {4e6}, {0}};
  world.simulation.start(graph, {stations, routes}, 0, amounts);
  world.simulation.run(forever);
  CHECK(world.recorder.end_s.at(0) == 0.5 + 4);
  world.simulation.start(graph, {stations, routes}, 1);  // the same run, used again
  world.simulation.run(forever);
  CHECK(world.recorder.end_s.at(1) == 4.5 + 1 + 2 + 4);
  CHECK(world.recorder.parts.at(1)[enclave] == 4);
}

TEST_CASE("A service counts as its parts in their proportions, also where sharing stretches it") {
  World world;
  StationId const station = world.simulation.add_station({Discipline::processor_sharing, 1});
  GraphId const graph = world.simulation.add_graph(TaskGraph({divided_task()}, {}));
  world.simulation.start(graph, std::vector{station}, {}, 0);
  std::vector<TaskAmount> const amounts = {{10, 0, 8}};
  world.simulation.start(graph, {std::vector{station}}, 1, amounts);
  world.simulation.run(forever);
  // Both have 10 s of work and half a processor.
  PartTimes const& own = world.recorder.parts.at(0);
  CHECK(own[work_part] == Approx(10).epsilon(1e-12));
  CHECK(own[enclave] == Approx(6).epsilon(1e-12));
  CHECK(own[paging] == Approx(4).epsilon(1e-12));
  PartTimes const& given = world.recorder.parts.at(1);
  CHECK(given[work_part] == Approx(4).epsilon(1e-12));
  CHECK(given[enclave] == 0);
  CHECK(given[paging] == Approx(16).epsilon(1e-12));
  for (std::uint32_t tag : {0, 1}) CHECK(sum(world.recorder.parts.at(tag)) == Approx(20).epsilon(1e-12));
}

TEST_CASE("A run that has nothing to do takes no time, whatever its parts") {
  World world;
  StationId const station = world.simulation.add_station({});
  GraphId const graph = world.simulation.add_graph(TaskGraph({divided_task()}, {}));
  std::vector<TaskAmount> const amounts = {{0}};
  world.simulation.start(graph, {std::vector{station}}, 0, amounts);
  world.simulation.run(forever);
  CHECK(world.recorder.end_s.at(0) == 0);
  CHECK(world.recorder.parts.at(0) == PartTimes{});
}

TEST_CASE("A chain of hundreds of tasks costs an event a task") {
  World world;
  StationId const station = world.simulation.add_station({});
  GraphId const graph = world.simulation.add_graph(chain(std::vector<Task>(900, Task{TaskKind::compute, work_part, 0, 1})));
  world.simulation.start(graph, std::vector{station}, {}, 0);
  world.simulation.run(forever);
  CHECK(world.recorder.end_s.at(0) == 900);
  CHECK(world.simulation.events_handled() == 900);
}

namespace {

struct Sent {
  double end_s;
  double propagation_s;
};

/// Transfers at 0, 1, ... over two routes in turn: both cross what the first jitter is of, the second has one more.
std::vector<Sent> send_with_jitter(EngineKind engine, Distribution const& first, Distribution const& second) {
  World world(engine);
  PipeId const pipe = world.simulation.add_pipe({1e6});
  JitterId const shared = world.simulation.add_jitter(first, RandomStream(1, "jitter", 0));
  JitterId const own = world.simulation.add_jitter(second, RandomStream(1, "jitter", 1));
  std::vector<RouteId> const routes = {world.simulation.add_route(std::vector{pipe}, 0.25, {}, std::vector{shared}),
                                       world.simulation.add_route(std::vector{pipe}, 0.5, {}, std::vector{shared, own})};
  GraphId const graph = world.simulation.add_graph(single(TaskKind::transfer, 1e3));
  std::uint32_t constexpr count = 20;
  world.recorder.on_arrival = [&](std::uint32_t tag) {
    world.simulation.start(graph, {{}, std::span(routes).subspan(tag % 2, 1)}, tag);
  };
  for (std::uint32_t tag = 0; tag < count; ++tag) world.simulation.schedule_arrival(tag, tag);
  world.simulation.run(forever);
  std::vector<Sent> sent;
  for (auto const& [tag, end_s] : world.recorder.end_s) {
    sent.push_back({end_s, world.recorder.parts.at(tag)[propagation_part]});
    CHECK(sum(world.recorder.parts.at(tag)) == Approx(end_s - tag).epsilon(1e-9));
  }
  return sent;
}

}  // namespace

TEST_CASE("A transfer's latency is that of its route and one draw of each jitter, taken in the order of requests") {
  Distribution const first = Exponential{0.1};
  Distribution const second = Uniform{0, 0.1};
  RandomStream shared(1, "jitter", 0);
  RandomStream own(1, "jitter", 1);
  std::vector<Sent> const sent = send_with_jitter(EngineKind::fast, first, second);
  REQUIRE(sent.size() == 20);
  for (std::size_t tag = 0; tag < sent.size(); ++tag) {
    double expected_s = (tag % 2 == 0 ? 0.25 : 0.5) + draw(first, shared);
    if (tag % 2 == 1) expected_s += draw(second, own);
    CHECK(sent[tag].propagation_s == Approx(expected_s).epsilon(1e-12));
  }
  std::string const plain = run_in_child([&] {
    std::vector<Sent> const values = send_with_jitter(EngineKind::plain, first, second);
    return std::string(reinterpret_cast<char const*>(values.data()), values.size() * sizeof(Sent));
  });
  REQUIRE(plain.size() == sent.size() * sizeof(Sent));
  for (std::size_t tag = 0; tag < sent.size(); ++tag) {
    Sent other;
    std::memcpy(&other, plain.data() + tag * sizeof(Sent), sizeof(Sent));
    CHECK(other.end_s == Approx(sent[tag].end_s).epsilon(1e-12));
    CHECK(other.propagation_s == sent[tag].propagation_s);
  }
}
