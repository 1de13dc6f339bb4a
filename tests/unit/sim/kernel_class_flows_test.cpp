// Flows priced by class, in the fast engine: by hand, and against SimGrid's own flows on random topologies (law 14).
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sim/kernel/child_process.hpp"
#include "tests/unit/sim/kernel_world.hpp"

namespace coinfer {
namespace {

struct Change {
  double date_s = 0;
  std::uint32_t link = 0;
  double bytes_per_s = 0;
};

struct Transfer {
  double start_s = 0;
  double cancel_s = forever;
  double bytes = 0;
  std::vector<std::uint32_t> links;
};

struct Traffic {
  std::vector<double> bandwidths;
  std::vector<Transfer> transfers;
  std::vector<Change> changes;
};

/// When each transfer ends; infinity where it does not. A last number says how many flows SimGrid priced.
std::vector<double> ends_of(Traffic const& traffic, EngineKind engine) {
  World world(engine);
  Simulation& simulation = world.simulation;
  std::vector<PipeId> pipes;
  for (double const bandwidth : traffic.bandwidths) pipes.push_back(simulation.add_pipe({bandwidth}));
  std::vector<RouteId> routes;
  std::vector<GraphId> graphs;
  for (Transfer const& transfer : traffic.transfers) {
    std::vector<PipeId> path;
    for (std::uint32_t const link : transfer.links) path.push_back(pipes[link]);
    routes.push_back(simulation.add_route(path, 0));
    graphs.push_back(simulation.add_graph(single(TaskKind::transfer, transfer.bytes)));
  }
  auto const count = static_cast<std::uint32_t>(traffic.transfers.size());
  std::map<std::uint32_t, RunId> open;
  world.recorder.on_arrival = [&](std::uint32_t number) {
    open.emplace(number, simulation.start(graphs[number], {}, std::vector{routes[number]}, number));
  };
  world.recorder.on_end = [&](std::uint32_t number) { open.erase(number); };
  world.recorder.on_timer = [&](std::uint32_t subject) {
    if (subject >= count) {
      Change const& change = traffic.changes[subject - count];
      simulation.set_bandwidth(pipes[change.link], change.bytes_per_s);
    } else if (auto const found = open.find(subject); found != open.end()) {
      simulation.cancel(found->second);
      open.erase(found);
    }
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    simulation.schedule_arrival(traffic.transfers[i].start_s, i);
    if (traffic.transfers[i].cancel_s < forever) simulation.schedule_timer(traffic.transfers[i].cancel_s, i, 0);
  }
  for (std::uint32_t i = 0; i < traffic.changes.size(); ++i) {
    simulation.schedule_timer(traffic.changes[i].date_s, count + i, 0);
  }
  simulation.run(forever);
  std::vector<double> ends(count + 1, forever);
  for (auto const& [number, end_s] : world.recorder.end_s) ends[number] = end_s;
  ends[count] = static_cast<double>(simulation.simgrid_flows());
  return ends;
}

std::vector<double> simgrid_ends_of(Traffic const& traffic) {
  std::string const bytes = run_in_child([&] {
    std::vector<double> const ends = ends_of(traffic, EngineKind::plain);
    return std::string(reinterpret_cast<char const*>(ends.data()), ends.size() * sizeof(double));
  });
  std::vector<double> ends(bytes.size() / sizeof(double));
  std::memcpy(ends.data(), bytes.data(), bytes.size());
  return ends;
}

/// The largest share of what law 14 allows by which an end differs.
double compare(Traffic const& traffic, std::string const& name) {
  std::vector<double> const got = ends_of(traffic, EngineKind::fast);
  std::vector<double> const expected = simgrid_ends_of(traffic);
  REQUIRE(got.size() == expected.size());
  CHECK(got.back() == 0);
  CHECK(expected.back() > 0);
  double worst = 0;
  for (std::size_t i = 0; i + 1 < got.size(); ++i) {
    INFO(name << ", flow " << i << ": " << got[i] << " s, SimGrid " << expected[i] << " s");
    REQUIRE(std::isinf(got[i]) == std::isinf(expected[i]));
    if (std::isinf(got[i])) continue;
    double const spacing_s = std::nextafter(expected[i], forever) - expected[i];
    double const allowed_s = 1e-9 * (expected[i] - traffic.transfers[i].start_s) + 4 * spacing_s;
    worst = std::max(worst, std::abs(got[i] - expected[i]) / allowed_s);
    REQUIRE(std::abs(got[i] - expected[i]) <= allowed_s);
  }
  return worst;
}

class Draw {
 public:
  explicit Draw(unsigned seed) : bits_(seed) {}
  std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(bits_() % count); }
  double between(double low, double high) { return low + (high - low) * static_cast<double>(bits_() >> 11) * 0x1p-53; }

 private:
  std::mt19937_64 bits_;
};

void draw_changes(Traffic& traffic, Draw& draw, std::uint32_t changes, double until_s) {
  auto const links = static_cast<std::uint32_t>(traffic.bandwidths.size());
  for (std::uint32_t i = 0; i < changes; ++i) {
    double const bandwidth = draw.below(3) == 0 ? 0 : draw.between(0.3, 3) * traffic.bandwidths[draw.below(links)];
    traffic.changes.push_back({draw.between(0, until_s), draw.below(links), bandwidth});
  }
  // Whatever is down comes back, so that every transfer ends.
  for (std::uint32_t i = 0; i < links; ++i) {
    if (changes > 0) traffic.changes.push_back({until_s + draw.between(0, 1), i, traffic.bandwidths[i]});
  }
}

Transfer draw_transfer(Draw& draw, double until_s) {
  Transfer transfer;
  transfer.start_s = draw.below(4) == 0 ? draw.below(4) : draw.between(0, until_s);
  transfer.bytes = draw.below(4) == 0 ? 1e6 : draw.between(1, 3e6);
  if (draw.below(6) == 0) transfer.cancel_s = transfer.start_s + draw.between(0.01, 2);
  return transfer;
}

/// Any routes over a few links.
Traffic random_mesh(unsigned seed) {
  Draw draw(seed);
  Traffic traffic;
  std::uint32_t const links = 1 + draw.below(10);
  // A third of the bandwidths are equal, so that several links are full together.
  for (std::uint32_t i = 0; i < links; ++i) traffic.bandwidths.push_back(draw.below(3) == 0 ? 1e6 : draw.between(1e4, 1e7));
  std::uint32_t const transfers = 2 + draw.below(40);
  for (std::uint32_t i = 0; i < transfers; ++i) {
    Transfer transfer = draw_transfer(draw, 6);
    std::set<std::uint32_t> route;
    for (std::uint32_t hop = 0; hop <= draw.below(4); ++hop) route.insert(draw.below(links));
    transfer.links.assign(route.begin(), route.end());
    traffic.transfers.push_back(transfer);
  }
  draw_changes(traffic, draw, draw.below(8), 7);
  return traffic;
}

/// Fleets behind private links of few or many bandwidths, some of which carry several flows at once, to sites behind
/// shared ones.
Traffic random_fleets(unsigned seed) {
  Draw draw(seed);
  Traffic traffic;
  std::uint32_t const shared = 1 + draw.below(4);
  for (std::uint32_t i = 0; i < shared; ++i) traffic.bandwidths.push_back(draw.between(2e6, 3e7));
  std::uint32_t const kinds = 1 + draw.below(draw.below(2) == 0 ? 3 : 60);
  std::vector<double> speeds;
  for (std::uint32_t i = 0; i < kinds; ++i) speeds.push_back(draw.between(1e5, 5e6));
  std::uint32_t const members = 2 + draw.below(60);
  for (std::uint32_t i = 0; i < members; ++i) traffic.bandwidths.push_back(speeds[draw.below(kinds)]);
  std::uint32_t const transfers = 20 + draw.below(150);
  for (std::uint32_t i = 0; i < transfers; ++i) {
    Transfer transfer = draw_transfer(draw, 5);
    for (std::uint32_t link = 0; link < shared; ++link) {
      if (link == 0 || draw.below(2) == 0) transfer.links.push_back(link);
    }
    if (draw.below(8) != 0) transfer.links.push_back(shared + draw.below(members));
    traffic.transfers.push_back(transfer);
  }
  draw_changes(traffic, draw, draw.below(2) * draw.below(12), 8);
  return traffic;
}

void require_ends(Traffic const& traffic, std::vector<double> const& expected) {
  std::vector<double> const got = ends_of(traffic, EngineKind::fast);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO("flow " << i);
    CHECK(got[i] == Approx(expected[i]).epsilon(1e-12));
  }
  CHECK(got.back() == 0);
}

}  // namespace

TEST_CASE("By class: private links slower than the share leave the rest to the others") {
  // Into 2 MB/s from 0.1, 1 and 10 MB/s: 0.1, 0.95 and 0.95 MB/s.
  require_ends(
      {{2e6, 0.1e6, 1e6, 10e6}, {{0, forever, 1e6, {0, 1}}, {0, forever, 0.95e6, {0, 2}}, {0, forever, 1.9e6, {0, 3}}}, {}},
      {10.0, 1.0, 1.0 + 0.95 / 1.9});
}

TEST_CASE("By class: bottlenecks in series") {
  // Link 0: 1 MB/s, link 1: 3 MB/s; 0.5, 0.5 and 2.5 MB/s until the first two have moved 1 MB each.
  require_ends({{1e6, 3e6}, {{0, forever, 1e6, {0, 1}}, {0, forever, 2e6, {0}}, {0, forever, 10e6, {1}}}, {}},
               {2.0, 3.0, 2.0 + 5.0 / 3.0});
}

TEST_CASE("By class: a second flow over a private link halves the bound of both, whatever else the first shares") {
  // Two phones of 1 MB/s into 10 MB/s. Phone 1 sends 1 MB at 0 s and 1 MB at 0.5 s: 0.5 MB at 1 MB/s, then 0.5 MB/s each
  // until the first ends at 1.5 s; the second has 0.5 MB left. Phone 2 is never disturbed.
  require_ends({{10e6, 1e6, 1e6}, {{0, forever, 1e6, {0, 1}}, {0, forever, 3e6, {0, 2}}, {0.5, forever, 1e6, {0, 1}}}, {}},
               {1.5, 3.0, 2.0});
}

TEST_CASE("By class: a link is shared while flows with other links cross it, and private before and after") {
  // Flow 0 has link 1 (2 MB/s) to itself but for [1 s, 2 s], when flow 2 takes half of it; flow 1 holds link 0 at 1 MB/s.
  require_ends(
      {{4e6, 2e6, 8e6, 1e6}, {{0, forever, 5e6, {0, 1}}, {0, forever, 9e6, {0, 3}}, {1, forever, 1e6, {1, 2}}}, {}},
      {3.0, 9.0, 2.0});
}

TEST_CASE("By class: cancellation, outage and change of a private and of a shared link") {
  // Until 1 s: 0.5 and 1.5 MB/s over the shared 2 MB/s. Then flow 1 is cancelled; link 1 is down from 2 s to 4 s and comes
  // back with 4 MB/s, of which the shared link lets 2 MB/s through until 5 s and 1 MB/s from there on.
  require_ends(
      {{2e6, 0.5e6, 3e6}, {{0, forever, 5e6, {0, 1}}, {0, 1.0, 9e6, {0, 2}}}, {{2, 1, 0}, {4, 1, 4e6}, {5, 0, 1e6}}},
      {7.0});
}

TEST_CASE("By class: flows that end together come in the order of their starts, though their classes differ") {
  World world;
  Simulation& simulation = world.simulation;
  std::vector<PipeId> pipes;
  for (double const bandwidth : {8e6, 2e6, 1e6, 2e6}) pipes.push_back(simulation.add_pipe({bandwidth}));
  std::vector<RouteId> routes;
  for (std::uint32_t i = 1; i < 4; ++i) routes.push_back(simulation.add_route(std::vector{pipes[0], pipes[i]}, 0));
  std::vector<GraphId> graphs;
  for (double const bytes : {2e6, 1e6, 2e6}) graphs.push_back(simulation.add_graph(single(TaskKind::transfer, bytes)));
  std::string order;
  world.recorder.on_arrival = [&](std::uint32_t i) { simulation.start(graphs[i], {}, std::vector{routes[i]}, i); };
  world.recorder.on_end = [&](std::uint32_t i) { order += std::to_string(i); };
  for (std::uint32_t const i : {2U, 1U, 0U}) simulation.schedule_arrival(0, i);
  simulation.run(forever);
  CHECK(order == "210");
  CHECK(simulation.now_s() == 1.0);
}

TEST_CASE("Law 14: random flows over random links end under the fast engine when SimGrid's own flows do") {
  double worst = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    worst = std::max(worst, compare(random_mesh(seed), "mesh, seed " + std::to_string(seed)));
  }
  for (unsigned seed = 1; seed <= 200; ++seed) {
    worst = std::max(worst, compare(random_fleets(seed), "fleets, seed " + std::to_string(seed)));
  }
  std::printf("by class against SimGrid: 600 random topologies, largest difference %.1f %% of the tolerance\n",
              100 * worst);
}

}  // namespace coinfer
