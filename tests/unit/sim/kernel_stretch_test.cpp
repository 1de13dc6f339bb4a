// Stretches of iterations on resources of their own: a server that prices many iterations at once must leave behind what
// one that runs them task by task does.
#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <set>

#include "sim/base/random.hpp"
#include "tests/unit/sim/kernel_world.hpp"

using namespace coinfer;

namespace {

/// Takes every call that is in; all of them step.
class EverybodySteps final : public BatchScheduler {
 public:
  std::uint64_t composed = 0;
  bool may_repeat = true;

  void enter(ServeCall const& call, double) override { calls_.push_back({call, call.steps, 0}); }
  void leave(std::uint32_t task) override {
    std::erase_if(calls_, [task](Entry const& entry) { return entry.call.task == task; });
  }
  double compose(double, Batch& batch) override {
    ++composed;
    for (Entry const& entry : calls_) {
      batch.items.push_back({entry.call.session, entry.call.task, entry.call.units, entry.held, false, true});
    }
    return when_asked;
  }
  void finish(Batch const& batch, double, std::vector<std::uint32_t>& ended) override {
    for (BatchItem const& item : batch.items) {
      Entry* const entry = find(item.task);
      if (entry == nullptr) continue;
      entry->held += item.units;
      if (--entry->left == 0) ended.push_back(item.task);
    }
    for (std::uint32_t task : ended) leave(task);
  }
  [[nodiscard]] std::uint32_t waiting() const override { return 0; }
  [[nodiscard]] std::uint32_t steady_iterations(Batch const&) const override {
    std::uint32_t steps = SteadyCost::without_end;
    for (Entry const& entry : calls_) steps = std::min(steps, entry.left);
    return may_repeat ? steps : 1;
  }
  void repeat(Batch& batch, std::uint32_t further) override {
    for (BatchItem& item : batch.items) {
      Entry* const entry = find(item.task);
      if (entry == nullptr) continue;
      entry->held += item.units * further;
      entry->left -= further;
      item.held = entry->held;
    }
  }

 private:
  struct Entry {
    ServeCall call;
    std::uint32_t left;
    std::uint32_t held;
  };
  Entry* find(std::uint32_t task) {
    auto const found =
        std::find_if(calls_.begin(), calls_.end(), [task](auto const& entry) { return entry.call.task == task; });
    return found == calls_.end() ? nullptr : &*found;
  }
  std::vector<Entry> calls_;
};

/// Three tasks: work that grows with what is held, of which a quarter counts as an extra part; bytes for every session; and
/// work that two tasks of one class do alike.
class Lines final : public BatchStep {
 public:
  void price(Batch const& batch, std::span<TaskAmount> amounts) const override {
    std::vector<SteadyAmount> lines(3);
    price_steady(batch, lines);
    for (std::size_t task = 0; task < 4; ++task) {
      SteadyAmount const& line = lines[task == 3 ? 2 : task];
      amounts[task] = {line.total.first, line.first_extra.first, 0};
    }
  }
  [[nodiscard]] std::span<TaskClass const> classes() const override { return classes_; }
  [[nodiscard]] std::span<std::uint32_t const> class_of_task() const override { return class_of_task_; }
  void price_steady(Batch const& batch, std::span<SteadyAmount> amounts) const override {
    double const n = static_cast<double>(batch.items.size());
    double held = 0;
    for (BatchItem const& item : batch.items) held += item.held;
    amounts[0].total = {0.01 * n + 0.001 * held, 0.001 * n, 25};
    amounts[0].first_extra = 0.25 * amounts[0].total;
    amounts[1].total = {100 * n};
    amounts[2].total = {0.002 + 0.0005 * n};
  }

 private:
  std::vector<TaskClass> classes_ = {{0, 1}, {1, 1}, {2, 2}};
  std::vector<std::uint32_t> class_of_task_ = {0, 1, 2, 2};
};

/// Sessions that come, step, come again and are given up, on one server.
class Traffic {
 public:
  Traffic(EngineKind engine, std::uint64_t seed, bool own_resources, bool may_repeat)
      : world(engine), random_(seed, "test.stretch", 0) {
    scheduler.may_repeat = may_repeat;
    gpu = world.simulation.add_station({Discipline::fifo, 1});
    cpu = world.simulation.add_station({Discipline::fifo, 2});
    pipe = world.simulation.add_pipe({1e4, Sharing::fair});
    RouteId const route = world.simulation.add_route(std::span(&pipe, 1), 0.003);
    GraphId const graph = world.simulation.add_graph(
        chain({Task{TaskKind::compute, work_part, 0, 0, work_part + 1}, Task{TaskKind::transfer, work_part, 0, 0},
               Task{TaskKind::compute, work_part, 1, 0}, Task{TaskKind::compute, work_part, 1, 0}}));
    server = world.simulation.add_server({scheduler, step_, graph, {gpu, cpu}, {route}, own_resources});
    Task visit{TaskKind::serve, work_part, 0, 1};
    visit.form = ServeForm::rest;
    visit_ = world.simulation.add_graph(TaskGraph({visit}, {}));
    for (std::uint32_t i = 0; i < 40; ++i) {
      time_s_ += 0.3 * random_.uniform();
      world.simulation.schedule_arrival(time_s_, i);
    }
    world.recorder.on_arrival = [this](std::uint32_t session) { start(session); };
    world.recorder.on_timer = [this](std::uint32_t session) {
      if (running_.contains(session)) world.simulation.cancel(running_[session]);
      running_.erase(session);
    };
    world.recorder.on_end = [this](std::uint32_t session) { running_.erase(session); };
  }

  World world;
  EverybodySteps scheduler;
  StationId gpu;
  StationId cpu;
  PipeId pipe;
  ServerId server;

 private:
  void start(std::uint32_t session) {
    auto const steps = static_cast<double>(1 + random_.below(60));
    TaskAmount const amount{steps, 0, 0};
    running_[session] = world.simulation.start(visit_, {{}, {}, std::span(&server, 1)}, session, std::span(&amount, 1));
    if (random_.below(5) == 0) {
      world.simulation.schedule_timer(world.simulation.now_s() + 0.5 * random_.uniform(), session, 0);
    }
  }

  Lines step_;
  RandomStream random_;
  GraphId visit_;
  double time_s_ = 0;
  std::map<std::uint32_t, RunId> running_;
};

void check_same(Traffic& fast, Traffic& plain) {
  REQUIRE(fast.world.recorder.end_s.size() == plain.world.recorder.end_s.size());
  auto const near = [](double a, double b) { return std::abs(a - b) <= 1e-10 * (1 + std::abs(b)); };
  for (auto const& [session, end_s] : plain.world.recorder.end_s) {
    CHECK(near(fast.world.recorder.end_s[session], end_s));
    CHECK(near(fast.world.recorder.first_start_s[session], plain.world.recorder.first_start_s[session]));
    PartTimes const& a = fast.world.recorder.parts[session];
    PartTimes const& b = plain.world.recorder.parts[session];
    for (std::size_t part = 0; part < a.size(); ++part) CHECK(near(a[part], b[part]));
  }
  Simulation& one = fast.world.simulation;
  Simulation& other = plain.world.simulation;
  one.settle();
  other.settle();
  CHECK(one.server(fast.server).iterations() == other.server(plain.server).iterations());
  CHECK(one.server(fast.server).units() == other.server(plain.server).units());
  CHECK(near(one.server(fast.server).occupancy().service_s(), other.server(plain.server).occupancy().service_s()));
  for (auto const& [mine, theirs] : {std::pair(fast.gpu, plain.gpu), std::pair(fast.cpu, plain.cpu)}) {
    CHECK(near(one.station(mine).occupancy().busy_s(), other.station(theirs).occupancy().busy_s()));
    CHECK(near(one.station(mine).submitted_work_s(), other.station(theirs).submitted_work_s()));
    CHECK(one.station(mine).served() == other.station(theirs).served());
  }
  CHECK(near(one.pipe(fast.pipe).bytes, other.pipe(plain.pipe).bytes));
  CHECK(near(one.pipe(fast.pipe).offered_bytes, other.pipe(plain.pipe).offered_bytes));
  CHECK(near(one.pipe(fast.pipe).occupancy.busy_s(), other.pipe(plain.pipe).occupancy.busy_s()));
  CHECK(one.pipe(fast.pipe).transfers == other.pipe(plain.pipe).transfers);
}

}  // namespace

TEST_CASE("Law 14: iterations taken at once leave behind what the same iterations do task by task") {
  std::uint64_t fast_events = 0;
  std::uint64_t plain_events = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    Traffic fast(EngineKind::fast, seed, true, true);
    Traffic single(EngineKind::fast, seed, true, false);  // stretches of one iteration
    Traffic plain(EngineKind::fast, seed, false, true);   // runs of the graph
    // Every other world is cut in the middle of things.
    double const until_s = seed % 2 == 0 ? forever : 2 + 0.05 * static_cast<double>(seed);
    for (Traffic* traffic : {&fast, &single, &plain}) traffic->world.simulation.run(until_s);
    check_same(fast, plain);
    check_same(single, plain);
    fast_events += fast.world.simulation.events_handled();
    plain_events += plain.world.simulation.events_handled();
  }
  // Otherwise this would test nothing.
  CHECK(fast_events < plain_events / 3);
}

TEST_CASE("Where a run is cut, one can ask which tasks of an iteration under way have begun") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    Traffic fast(EngineKind::fast, seed, true, true);
    Traffic plain(EngineKind::fast, seed, false, true);
    double const until_s = 1 + 0.0137 * static_cast<double>(seed);
    fast.world.simulation.run(until_s);
    plain.world.simulation.run(until_s);
    REQUIRE(fast.world.simulation.server(fast.server).busy() == plain.world.simulation.server(plain.server).busy());
    if (!plain.world.simulation.server(plain.server).busy()) continue;
    for (std::uint32_t task = 0; task < 4; ++task) {
      CHECK(fast.world.simulation.iteration_task_started(fast.server, task) ==
            plain.world.simulation.iteration_task_started(plain.server, task));
    }
  }
}

TEST_CASE("Asking how resources stand in the middle of a stretch changes nothing of what follows") {
  Traffic asked(EngineKind::fast, 7, true, true);
  Traffic left_alone(EngineKind::fast, 7, true, true);
  for (int i = 1; i < 400; ++i) {
    asked.world.simulation.run(0.011 * i);
    asked.world.simulation.settle();
  }
  asked.world.simulation.run(forever);
  left_alone.world.simulation.run(forever);
  check_same(asked, left_alone);
  CHECK(asked.world.recorder.end_s == left_alone.world.recorder.end_s);
}

TEST_CASE("A graph is a chain where its tasks follow one another, none beside another") {
  Task const task{TaskKind::delay, work_part, 0, 1};
  CHECK(IterationStretch::is_chain(chain({task})));
  CHECK(IterationStretch::is_chain(chain({task, task, task})));
  std::vector<TaskGraph::Edge> const fork = {{0, 1}, {0, 2}};
  CHECK_FALSE(IterationStretch::is_chain(TaskGraph({task, task, task}, fork)));
  std::vector<TaskGraph::Edge> const join = {{0, 2}, {1, 2}};
  CHECK_FALSE(IterationStretch::is_chain(TaskGraph({task, task, task}, join)));
  CHECK_FALSE(IterationStretch::is_chain(TaskGraph({task, task}, {})));
}
