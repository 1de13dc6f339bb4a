// Hand-computed runs of iteration servers: who is in which iteration, when calls end, and where their time went.
#include "sim/kernel/iteration_server.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/sim/kernel_scripted_batches.hpp"
#include "tests/unit/sim/kernel_world.hpp"

using namespace coinfer;

namespace {

Task serve(ServeForm form, double amount) {
  Task task{TaskKind::serve, work_part, 0, amount};
  task.form = form;
  return task;
}

/// A world with one server on a station of its own; its iterations are logged as "start: sessions".
struct ServedWorld : World {
  explicit ServedWorld(ScriptedStep batch_step = second_per_unit(), TaskGraph iteration = single(TaskKind::compute, 0),
                       EngineKind engine = EngineKind::fast)
      : World(engine),
        step(std::move(batch_step)),
        stations(iteration.station_roles(), simulation.add_station({})),
        iterations(simulation.add_graph(std::move(iteration))),
        server(simulation.add_server({scheduler, step, iterations, stations, {}})) {
    recorder.on_iteration = [this](ServerId, Batch const& batch) {
      std::string line = std::to_string(simulation.now_s()).substr(0, 4) + ":";
      for (BatchItem const& item : batch.items) line += " " + std::to_string(item.session);
      log.push_back(line);
    };
  }
  RunId start(GraphId graph, std::uint32_t tag) { return simulation.start(graph, {{}, {}, std::span(&server, 1)}, tag); }
  /// Starts a run of a single serve task at a date.
  void call_at(double time_s, std::uint32_t session, ServeForm form, double amount) {
    GraphId const graph = simulation.add_graph(TaskGraph({serve(form, amount)}, {}));
    at(time_s, [this, graph, session] { start(graph, session); });
  }
  void at(double time_s, std::function<void()> action) {
    actions.push_back(std::move(action));
    recorder.on_arrival = [this](std::uint32_t index) { actions[index](); };
    simulation.schedule_arrival(time_s, static_cast<std::uint32_t>(actions.size() - 1));
  }
  void require_part(std::uint32_t tag, Part part, double expected_s) {
    INFO("run " << tag << ", part " << static_cast<int>(part));
    REQUIRE(recorder.parts.at(tag)[part] == Approx(expected_s).epsilon(1e-12).margin(1e-12));
  }

  ScriptedScheduler scheduler;
  ScriptedStep step;
  std::vector<StationId> stations;
  GraphId iterations;
  ServerId server;
  std::vector<std::function<void()>> actions;
  std::vector<std::string> log;
};

using Log = std::vector<std::string>;

}  // namespace

TEST_CASE("A call joins the next iteration, is charged the whole of those it is in, and its gaps count as waiting") {
  ServedWorld world;
  world.call_at(0, 1, ServeForm::rest, 3);
  world.call_at(0.5, 2, ServeForm::pass, 2);
  world.simulation.run(forever);
  CHECK(world.log == Log{"0.00: 1", "1.00: 1 2", "4.00: 1"});
  CHECK(world.recorder.end_s == std::map<std::uint32_t, double>{{1, 5}, {2, 4}});
  CHECK(world.recorder.first_start_s.at(2) == 1);
  world.require_part(1, queue_part, 0);
  world.require_part(1, work_part, 5);
  world.require_part(2, queue_part, 0.5);
  world.require_part(2, work_part, 3);
  IterationServer const& server = world.simulation.server(world.server);
  CHECK(server.iterations() == 3);
  CHECK(server.units() == 5);
  CHECK(server.largest_batch() == 2);
  CHECK(server.calls() == 0);
  world.simulation.settle();
  CHECK(server.occupancy().busy_s() == 5);
  CHECK(server.occupancy().service_s() == 1 + 2 * 3 + 1);
  CHECK(server.occupancy().waiting_s() == 0.5);
  CHECK(server.occupancy().max_waiting() == 1);
  CHECK(world.simulation.starts(world.iterations)[0] == 3);
  CHECK(world.simulation.active_runs() == 0);
}

TEST_CASE("A batch is composed once everything else of the instant has happened") {
  ServedWorld world;
  world.call_at(0, 1, ServeForm::rest, 2);
  // At 1 the first iteration ends; a call comes at once, another after a delay of no length, a third from a timer.
  world.call_at(1, 2, ServeForm::pass, 1);
  GraphId const later =
      world.simulation.add_graph(chain({Task{TaskKind::delay, work_part, 0, 0}, serve(ServeForm::pass, 1)}));
  world.at(1, [&] { world.start(later, 3); });
  world.recorder.on_timer = [&](std::uint32_t tag) { world.start(later, tag); };
  world.simulation.schedule_timer(1, 4, 0);
  world.simulation.run(forever);
  REQUIRE(world.log.size() == 2);
  CHECK(world.log[0] == "0.00: 1");
  CHECK(world.log[1].size() == std::string("1.00: 1 2 3 4").size());
  for (std::uint32_t tag = 1; tag <= 4; ++tag) CHECK(world.recorder.end_s.at(tag) == 5);
  CHECK(world.simulation.server(world.server).occupancy().max_waiting() == 0);
}

TEST_CASE("A server rests until the date that its scheduler names, or until a call fills the batch") {
  ServedWorld world;
  world.scheduler.least = 3;
  world.scheduler.timeout_s = 2;
  for (double const time_s : {0.0, 1.0, 10.0, 10.5, 11.0}) {
    world.call_at(time_s, static_cast<std::uint32_t>(2 * time_s), ServeForm::pass, 1);
  }
  world.simulation.run(forever);
  CHECK(world.log == Log{"2.00: 0 2", "11.0: 20 21 22"});
  world.require_part(0, queue_part, 2);
  world.require_part(2, queue_part, 1);
  world.require_part(20, queue_part, 1);
  CHECK(world.simulation.server(world.server).occupancy().max_waiting() == 2);
}

TEST_CASE("Time due to the openings of others counts as interference, by the parts that they lengthen") {
  // A toll of half a second whatever the batch; kernels of 0.1 s a step and 1 s a unit of an opening, 20 % of them
  // slowdown.
  Part constexpr toll_part = work_part + 1;
  Part constexpr slowdown_part = work_part + 2;
  Task kernels{TaskKind::compute, work_part, 0, 0};
  kernels.first_extra_part = slowdown_part;
  ServedWorld world(ScriptedStep([](Batch const& batch, std::span<TaskAmount> amounts) {
                      double const kernels_s = units_of(batch, true) + 0.1 * units_of(batch, false);
                      amounts[0] = {0.5};
                      amounts[1] = {kernels_s, 0.2 * kernels_s};
                    }),
                    chain({Task{TaskKind::compute, toll_part, 0, 0}, kernels}));
  world.call_at(0, 1, ServeForm::rest, 2);
  world.call_at(0, 2, ServeForm::opening, 2);
  world.call_at(0, 3, ServeForm::opening, 3);
  world.simulation.run(forever);
  CHECK(world.log == Log{"0.00: 1 2 3", "5.60: 1"});
  // One pricing for each iteration, one for all who step, one for each who opens beside another.
  CHECK(world.step.pricings == 2 + 1 + 2);
  world.require_part(1, interference_part, 5);
  world.require_part(1, work_part, 2 * 0.08);
  world.require_part(1, slowdown_part, 2 * 0.02);
  world.require_part(1, toll_part, 2 * 0.5);
  world.require_part(2, interference_part, 3);
  world.require_part(2, work_part, 0.8 * 2.1);
  world.require_part(2, slowdown_part, 0.2 * 2.1);
  world.require_part(3, interference_part, 2);
  world.require_part(3, work_part, 0.8 * 3.1);
  for (std::uint32_t tag : {2, 3}) CHECK(sum(world.recorder.parts.at(tag)) == Approx(5.6).epsilon(1e-12));
}

TEST_CASE("An opening may take several iterations, and only the last part of it yields") {
  ServedWorld world;
  world.scheduler.chunk = 4;
  std::vector<BatchItem> items;
  world.recorder.on_iteration_end = [&](ServerId, Batch const& batch) { items.push_back(batch.items.front()); };
  world.call_at(0, 1, ServeForm::opening, 10);
  world.simulation.run(forever);
  REQUIRE(items.size() == 3);
  CHECK((items[0].units == 4 && items[0].held == 0 && !items[0].yields));
  CHECK((items[1].units == 4 && items[1].held == 4 && !items[1].yields));
  CHECK((items[2].units == 2 && items[2].held == 8 && items[2].yields));
  CHECK(world.recorder.end_s.at(1) == 10);
  world.require_part(1, interference_part, 0);
}

TEST_CASE("A parked session comes back with what it holds, in the same run and in a later one") {
  ServedWorld world;
  GraphId const first = world.simulation.add_graph(
      chain({serve(ServeForm::opening, 2), Task{TaskKind::delay, work_part + 1, 0, 1.25}, serve(ServeForm::pass, 1)}));
  GraphId const second = world.simulation.add_graph(TaskGraph({serve(ServeForm::pass, 1)}, {}));
  std::vector<std::uint32_t> held;
  world.recorder.on_iteration_end = [&](ServerId, Batch const& batch) {
    for (BatchItem const& item : batch.items) {
      if (item.session == 7) held.push_back(item.held);
    }
  };
  world.at(0, [&] { world.start(first, 7); });
  world.call_at(0, 8, ServeForm::rest, 4);
  bool again = false;
  world.recorder.on_end = [&](std::uint32_t tag) {
    if (tag == 7 && !std::exchange(again, true)) {
      // 0-3 opening, parked 3-4.25, waits for the iteration that ends at 5, served 5-7.
      CHECK(world.recorder.end_s.at(7) == 7);
      CHECK(world.recorder.first_task_end_s.at(7) == 3);
      world.require_part(7, queue_part, 0.75);
      world.require_part(7, work_part, 3 + 2);
      world.require_part(7, work_part + 1, 1.25);
      world.start(second, 7);
    }
  };
  world.simulation.run(forever);
  CHECK(world.log == Log{"0.00: 7 8", "3.00: 8", "4.00: 8", "5.00: 8 7", "7.00: 7"});
  CHECK(held == std::vector<std::uint32_t>{0, 2, 3});
  CHECK(world.recorder.end_s.at(7) == 8);
}

TEST_CASE(
    "A call that is cancelled in an iteration is charged nothing, and its number is not used while a batch holds it") {
  ServedWorld world;
  GraphId const graph = world.simulation.add_graph(TaskGraph({serve(ServeForm::pass, 2)}, {}));
  RunId cancelled;
  RunId during;
  world.at(0, [&] { cancelled = world.start(graph, 1); });
  world.call_at(0, 2, ServeForm::rest, 2);
  world.at(1, [&] {
    world.simulation.cancel(cancelled);
    during = world.start(graph, 3);
    CHECK(during != cancelled);
    CHECK(world.simulation.server(world.server).calls() == 2);
    CHECK(world.simulation.active_runs() == 2);
  });
  world.at(4, [&] { CHECK(world.start(graph, 4) == cancelled); });
  world.simulation.run(forever);
  CHECK(world.log == Log{"0.00: 1 2", "3.00: 2 3", "6.00: 4"});
  CHECK(world.recorder.end_s == std::map<std::uint32_t, double>{{2, 6}, {3, 6}, {4, 8}});
  CHECK(world.scheduler.left == std::vector<std::uint32_t>{world.scheduler.entered[0].task});
  world.require_part(3, queue_part, 2);
  world.require_part(3, work_part, 3);
  world.simulation.settle();
  CHECK(world.simulation.server(world.server).occupancy().service_s() == 2 * 3 + 2 * 3 + 2);
  CHECK(world.simulation.server(world.server).occupancy().waiting_s() == 2 + 2);
}

TEST_CASE("A call that is cancelled while it waits is in no iteration") {
  ServedWorld world;
  GraphId const graph = world.simulation.add_graph(TaskGraph({serve(ServeForm::pass, 5)}, {}));
  RunId waiting;
  world.call_at(0, 1, ServeForm::pass, 3);
  world.at(1, [&] { waiting = world.start(graph, 2); });
  world.at(2, [&] {
    CHECK_FALSE(world.simulation.started(waiting, 0));
    world.simulation.cancel(waiting);
  });
  world.simulation.run(forever);
  CHECK(world.log == Log{"0.00: 1"});
  CHECK(world.simulation.starts(graph)[0] == 0);
}

TEST_CASE("Of calls that end together, the end of one may cancel another") {
  ServedWorld world;
  GraphId const graph = world.simulation.add_graph(TaskGraph({serve(ServeForm::pass, 1)}, {}));
  RunId second;
  world.at(0, [&] {
    world.start(graph, 1);
    second = world.start(graph, 2);
  });
  world.recorder.on_end = [&](std::uint32_t) { world.simulation.cancel(second); };
  world.simulation.run(forever);
  CHECK(world.recorder.end_s == std::map<std::uint32_t, double>{{1, 2}});
  CHECK(world.scheduler.left.empty());  // both calls were over
  CHECK(world.simulation.active_runs() == 0);
}

TEST_CASE("An iteration queues at stations that others use and flows over pipes, and its members are charged for that") {
  ScriptedScheduler scheduler;
  ScriptedStep const step([](Batch const& batch, std::span<TaskAmount> amounts) {
    amounts[0].total = units_of(batch, false);
    amounts[1].total = 1e6 * units_of(batch, false);
  });
  World world;
  StationId const station = world.simulation.add_station({});
  RouteId const route = world.simulation.add_route(std::vector{world.simulation.add_pipe({4e6})}, 0.125);
  GraphId const iteration = world.simulation.add_graph(
      chain({Task{TaskKind::compute, work_part, 0, 0}, Task{TaskKind::transfer, wire_part, 0, 0}}));
  ServerId const server = world.simulation.add_server({scheduler, step, iteration, {station}, {route}});
  GraphId const other = world.simulation.add_graph(single(TaskKind::compute, 2));
  GraphId const called = world.simulation.add_graph(TaskGraph({serve(ServeForm::pass, 1)}, {}));
  world.recorder.on_arrival = [&](std::uint32_t tag) {
    if (tag == 0) world.simulation.start(other, std::vector{station}, {}, tag);
    if (tag == 1) world.simulation.start(called, {{}, {}, std::span(&server, 1)}, tag);
  };
  world.simulation.schedule_arrival(0, 0);
  world.simulation.schedule_arrival(1, 1);
  world.simulation.run(forever);
  CHECK(world.recorder.end_s.at(1) == 3.375);
  CHECK(world.recorder.first_start_s.at(1) == 1);
  PartTimes expected{};
  expected[queue_part] = 1;
  expected[work_part] = 1;
  expected[propagation_part] = 0.125;
  expected[wire_part] = 0.25;
  CHECK(world.recorder.parts.at(1) == expected);
}

TEST_CASE("A call of no units or no steps ends at once, and the server never hears of it") {
  ServedWorld world;
  GraphId const graph = world.simulation.add_graph(
      chain({serve(ServeForm::opening, 0), serve(ServeForm::rest, 0), Task{TaskKind::delay, work_part, 0, 1}}));
  world.at(2, [&] { world.start(graph, 1); });
  world.simulation.run(forever);
  CHECK(world.recorder.end_s.at(1) == 3);
  CHECK(world.scheduler.entered.empty());
  CHECK(world.log.empty());
  CHECK(sum(world.recorder.parts.at(1)) == 1);
}

TEST_CASE("A server that is down begins no iteration, the one in flight goes on") {
  ServedWorld world;
  world.call_at(0, 1, ServeForm::rest, 2);
  world.at(0.5, [&] { world.simulation.set_up(world.server, false); });
  world.call_at(2, 2, ServeForm::pass, 1);
  world.at(3, [&] { world.simulation.set_up(world.server, true); });
  world.simulation.run(forever);
  CHECK(world.log == Log{"0.00: 1", "3.00: 1 2"});
  world.require_part(1, queue_part, 2);
  world.require_part(1, work_part, 1 + 2);
  world.require_part(2, queue_part, 1);
  world.simulation.settle();
  CHECK(world.simulation.server(world.server).occupancy().waiting_s() == 2 + 1);
}

TEST_CASE("A scheduler that refuses all is asked again when a call enters, when one leaves, and when it is woken") {
  ServedWorld world;
  world.scheduler.closed = true;
  GraphId const graph = world.simulation.add_graph(TaskGraph({serve(ServeForm::pass, 1)}, {}));
  RunId given_up;
  world.call_at(0, 1, ServeForm::pass, 1);
  world.at(1, [&] { given_up = world.start(graph, 2); });
  world.at(2, [&] { world.scheduler.closed = false; });
  SECTION("a call leaves") {
    world.at(3, [&] { world.simulation.cancel(given_up); });
    world.simulation.run(forever);
    CHECK(world.log == Log{"3.00: 1"});
  }
  SECTION("it is woken") {
    world.at(4, [&] { world.simulation.wake(world.server); });
    world.simulation.run(forever);
    CHECK(world.log == Log{"4.00: 1 2"});
  }
}

TEST_CASE("At the end of a run one can see the iteration in flight, its batch, and which of its tasks have started") {
  ServedWorld world(ScriptedStep([](Batch const&, std::span<TaskAmount> amounts) {
                      for (TaskAmount& amount : amounts) amount.total = 1;
                    }),
                    chain(std::vector<Task>(3, Task{TaskKind::compute, work_part, 0, 0})));
  world.call_at(0, 5, ServeForm::pass, 9);
  world.simulation.run(1.5);
  IterationServer const& server = world.simulation.server(world.server);
  REQUIRE(server.iteration().has_value());
  CHECK(server.batch().items.front().session == 5);
  CHECK(world.simulation.started(*server.iteration(), 0));
  CHECK(world.simulation.started(*server.iteration(), 1));
  CHECK_FALSE(world.simulation.started(*server.iteration(), 2));
  world.simulation.run(forever);
  CHECK_FALSE(server.iteration().has_value());
}
