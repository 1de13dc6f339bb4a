#include "sim/kernel/observer.hpp"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "tests/unit/sim/kernel_world.hpp"

namespace coinfer {

namespace {

/// Writes down what it hears, a line each: "start 1.0 at 2".
class Log final : public Observer {
 public:
  explicit Log(World& world) : world_(world) { world.simulation.watch(*this); }
  void task_waits(ObservedTask const& task) override { add("wait", task); }
  void task_started(ObservedTask const& task) override { add("start", task); }
  void task_ended(ObservedTask const& task, bool cancelled) override { add(cancelled ? "cancel" : "end", task); }
  void run_ended(EndedRun const& run, GraphId, std::uint32_t tag) override {
    PartTimes parts{};
    for (std::uint32_t task = 0; task < run.graph.tasks().size(); ++task) add_task(parts, run, task);
    out_ << "run " << tag << " queue " << parts[queue_part] << "; ";
  }
  [[nodiscard]] std::string text() const { return out_.str(); }

 private:
  void add(char const* what, ObservedTask const& task) {
    out_ << what << " " << task.tag << "." << task.task << " at " << world_.simulation.now_s() << "; ";
  }
  World& world_;
  std::ostringstream out_;
};

/// Reads one station and one pipe every `step_s`.
class Grid final : public Sampler {
 public:
  Grid(World& world, StationId station, double step_s) : world_(world), station_(station), step_s_(step_s) {
    world.simulation.sample(*this, step_s);
  }
  double clock_moves(double time_s) override {
    for (; next_s_ <= time_s; next_s_ += step_s_) {
      Occupancy const& use = world_.simulation.station(station_).occupancy();
      out_ << next_s_ << ": " << use.busy_at_s(next_s_) << " " << use.service_at_s(next_s_) << " "
           << use.waiting_at_s(next_s_) << "; ";
    }
    return next_s_;
  }
  void transfer_ended(RouteId, double start_s, double end_s, double bytes) override {
    out_ << "sent " << bytes << " from " << start_s << " to " << end_s << "; ";
  }
  [[nodiscard]] std::string text() const { return out_.str(); }

 private:
  World& world_;
  StationId station_;
  double step_s_;
  double next_s_ = step_s_;
  std::ostringstream out_;
};

}  // namespace

TEST_CASE("An observer hears of every task when it waits, starts and ends, and of each run's end") {
  World world;
  Log const log(world);
  StationId const station = world.simulation.add_station({});
  GraphId const graph =
      world.simulation.add_graph(chain({Task{TaskKind::compute, work_part, 0, 2}, Task{TaskKind::delay, work_part, 0, 1}}));
  world.recorder.on_arrival = [&](std::uint32_t tag) { world.simulation.start(graph, {&station, 1}, {}, tag); };
  world.simulation.schedule_arrival(0, 1);
  world.simulation.schedule_arrival(1, 2);
  world.simulation.run(forever);
  CHECK(log.text() ==
        "start 1.0 at 0; wait 2.0 at 1; start 2.0 at 2; end 1.0 at 2; start 1.1 at 2; end 1.1 at 3; run 1 queue 0; "
        "end 2.0 at 4; start 2.1 at 4; end 2.1 at 5; run 2 queue 1; ");
}

TEST_CASE("An observer hears of tasks that are cancelled, and of transfers that wait for a link") {
  World world;
  Log const log(world);
  PipeId const pipe = world.simulation.add_pipe({10, Sharing::fifo});
  RouteId const route = world.simulation.add_route({&pipe, 1}, 1);
  GraphId const graph = world.simulation.add_graph(single(TaskKind::transfer, 20));
  std::vector<RunId> runs;
  world.recorder.on_arrival = [&](std::uint32_t tag) {
    runs.push_back(world.simulation.start(graph, {}, {&route, 1}, tag));
  };
  world.recorder.on_timer = [&](std::uint32_t) { world.simulation.cancel(runs[1]); };
  world.simulation.schedule_arrival(0, 1);
  world.simulation.schedule_arrival(0.5, 2);
  world.simulation.schedule_timer(2, 0, 0);
  world.simulation.run(forever);
  CHECK(log.text() == "start 1.0 at 1; wait 2.0 at 1.5; cancel 2.0 at 2; end 1.0 at 3; run 1 queue 0; ");
}

TEST_CASE("A sampler reads integrals on its dates, before what happens there, and hears of transfers across them") {
  World world;
  StationId const station = world.simulation.add_station({});
  PipeId const pipe = world.simulation.add_pipe({10, Sharing::fair});
  RouteId const route = world.simulation.add_route({&pipe, 1}, 0);
  GraphId const job = world.simulation.add_graph(single(TaskKind::compute, 3));
  GraphId const send = world.simulation.add_graph(single(TaskKind::transfer, 15));
  Grid const grid(world, station, 2);
  world.recorder.on_arrival = [&](std::uint32_t tag) { world.simulation.start(job, {&station, 1}, {}, tag); };
  world.recorder.on_timer = [&](std::uint32_t tag) { world.simulation.start(send, {}, {&route, 1}, tag); };
  world.simulation.schedule_arrival(1, 1);     // served from 1 to 4
  world.simulation.schedule_arrival(1, 2);     // from 4 to 7, waits for 3
  world.simulation.schedule_timer(0, 3, 0);    // flows from 0 to 1.5, and no date lies between
  world.simulation.schedule_timer(1.5, 4, 0);  // from 1.5 to 3
  world.simulation.run(9);
  CHECK(grid.text() == "2: 1 1 1; sent 15 from 1.5 to 3; 4: 3 3 3; 6: 5 5 3; ");
}

}  // namespace coinfer
