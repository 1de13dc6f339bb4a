// Law 5, on the kernel itself: a server never idles beside an eligible job.
#include <catch2/catch.hpp>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/kernel/simulation.hpp"

namespace coinfer::laws {

namespace {

/// A random load on stations of every kind and on fifo links, looked at every few milliseconds and at every event it hears.
class Watcher : public SimulationListener {
 public:
  explicit Watcher(std::uint64_t seed) : draw_(seed, "tests.laws.watcher", 0), simulation_(EngineKind::fast, *this) {
    for (std::uint32_t i = 0; i < 4; ++i) {
      slots_.push_back(1 + static_cast<std::uint32_t>(draw_.below(3)));
      stations_.push_back(simulation_.add_station({Discipline::fifo, slots_.back()}));
    }
    pipes_ = {simulation_.add_pipe({1e6, Sharing::fifo}), simulation_.add_pipe({2e6, Sharing::fifo})};
    for (std::uint32_t i = 0; i < pipes_.size(); ++i) {
      routes_.push_back(simulation_.add_route(std::vector{pipes_[i]}, 0.001 * i));
    }
    add_graphs();
    for (std::uint32_t i = 0; i < 300; ++i) simulation_.schedule_arrival(10 * draw_.uniform(), i);
    for (std::uint32_t i = 0; i < 3000; ++i) simulation_.schedule_timer(0.01 * i, i, 0);
  }

  void run() { simulation_.run(1000); }
  std::uint64_t waits_seen = 0;
  std::uint64_t ended = 0;

 private:
  void add_graphs() {
    for (int i = 0; i < 5; ++i) {
      double const work_s = 0.2 * draw_.uniform();
      double const bytes = 1e5 * draw_.uniform();
      std::vector<TaskGraph::Edge> const edges = {{0, 1}, {0, 2}, {1, 3}, {2, 3}};
      graphs_.push_back(simulation_.add_graph(TaskGraph({{TaskKind::compute, first_free_part, 0, work_s},
                                                         {TaskKind::transfer, wire_part, 0, bytes},
                                                         {TaskKind::compute, first_free_part, 1, 0.5 * work_s},
                                                         {TaskKind::transfer, wire_part, 1, 0.5 * bytes}},
                                                        edges)));
    }
  }

  void arrived(std::uint32_t subject) override {
    std::vector<StationId> bound = {stations_[draw_.below(4)], stations_[draw_.below(4)]};
    simulation_.start(graphs_[draw_.below(5)], bound, routes_, subject);
    look();
  }
  void timer_fired(std::uint32_t subject, std::uint32_t) override {
    // Now and then a station goes down and comes up again: while it is down no job there is eligible.
    if (subject % 500 == 100) simulation_.set_up(stations_[subject % 4], false);
    if (subject % 500 == 120) simulation_.set_up(stations_[(subject - 20) % 4], true);
    look();
  }
  void run_ended(RunId, std::uint32_t) override {
    ++ended;
    look();
  }

  void look() {
    for (std::size_t i = 0; i < stations_.size(); ++i) {
      Station const& station = simulation_.station(stations_[i]);
      int const in_service = station.occupancy().in_service();
      REQUIRE(in_service <= static_cast<int>(slots_[i]));
      if (station.occupancy().waiting() == 0 || !station.up()) continue;
      ++waits_seen;
      REQUIRE(in_service == static_cast<int>(slots_[i]));
    }
    for (PipeId const pipe : pipes_) {
      Occupancy const& occupancy = simulation_.pipe(pipe).occupancy;
      REQUIRE(occupancy.in_service() <= 1);
      if (occupancy.waiting() == 0) continue;
      ++waits_seen;
      REQUIRE(occupancy.in_service() == 1);
    }
  }

  RandomStream draw_;
  Simulation simulation_;
  std::vector<std::uint32_t> slots_;
  std::vector<StationId> stations_;
  std::vector<PipeId> pipes_;
  std::vector<RouteId> routes_;
  std::vector<GraphId> graphs_;
};

}  // namespace

TEST_CASE("Law 5: a first-come-first-served station or link never idles beside a waiting job") {
  std::uint64_t waits_seen = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    Watcher watcher(seed);
    watcher.run();
    CHECK(watcher.ended == 300);
    waits_seen += watcher.waits_seen;
  }
  CHECK(waits_seen > 10000);
}

}  // namespace coinfer::laws
