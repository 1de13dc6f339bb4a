// Job by job, the kernel's queues give the times of an independent recursion on the same draws, to 1e-9 s.
#include <catch2/catch.hpp>
#include <iostream>

#include "tests/theory/line_run.hpp"
#include "tests/theory/recursions.hpp"

namespace coinfer::theory {

namespace {

double constexpr tolerance_s = 1e-9;
std::size_t constexpr jobs = 5000;

/// Checks and prints a deviation.
void check_close(std::string const& what, std::vector<double> const& kernel, std::vector<double> const& recursion) {
  double const difference_s = largest_difference(kernel, recursion);
  std::cout << "theory: " << what << ", " << kernel.size() << " jobs: largest difference " << difference_s
            << " s (tolerance " << tolerance_s << " s)\n";
  INFO(what);
  CHECK(difference_s <= tolerance_s);
}

Stage station(std::uint32_t slots, std::vector<double> works_s) {
  Stage stage;
  stage.station.slots = slots;
  stage.amounts = std::move(works_s);
  return stage;
}

Stage fifo_link(double bytes_per_s, double latency_s, std::vector<double> bytes) {
  Stage stage;
  stage.kind = TaskKind::transfer;
  stage.pipe = {bytes_per_s, Sharing::fifo};
  stage.latency_s = latency_s;
  stage.amounts = std::move(bytes);
  return stage;
}

std::vector<double> plus(std::vector<double> values, double addend) {
  for (double& value : values) value += addend;
  return values;
}

std::vector<double> divided(std::vector<double> values, double divisor) {
  for (double& value : values) value /= divisor;
  return values;
}

struct Work {
  char const* name;
  Distribution distribution;  ///< mean 1 s
};

}  // namespace

TEST_CASE("Waits of M/M/1, M/D/1, M/G/1 and G/G/1 are those of Lindley's recursion") {
  std::vector<Work> const works = {{"exponential", Exponential{1}}, {"constant", Constant{1}}, {"gamma", Gamma{1, 1.7}}};
  std::vector<Work> const gaps = {{"exponential", Exponential{1}}, {"gamma", Gamma{1, 2.5}}};
  std::uint64_t seed = 100;
  for (double const load : {0.5, 0.8, 0.95}) {
    for (Work const& gap : gaps) {
      for (Work const& work : works) {
        std::vector<double> const gaps_s = draws(gap.distribution, jobs, ++seed, "gap");
        std::vector<double> works_s = draws(work.distribution, jobs, seed, "work");
        for (double& work_s : works_s) work_s *= load;
        auto const outcomes = run_line(EngineKind::fast, arrivals_of(gaps_s), {station(1, works_s)});
        check_close("gaps " + std::string(gap.name) + ", work " + work.name + ", load " + std::to_string(load).substr(0, 4),
                    part_of(outcomes, queue_part), lindley_waits(gaps_s, works_s));
      }
    }
  }
}

TEST_CASE("Waits with several servers are those of Kiefer and Wolfowitz's recursion") {
  std::uint64_t seed = 200;
  for (std::uint32_t const servers : {2u, 4u, 16u}) {
    for (double const load : {0.5, 0.8, 0.95}) {
      std::vector<double> const gaps_s = draws(Exponential{1}, jobs, ++seed, "gap");
      std::vector<double> const works_s = draws(Gamma{load * servers, 1.4}, jobs, seed, "work");
      auto const outcomes = run_line(EngineKind::fast, arrivals_of(gaps_s), {station(servers, works_s)});
      check_close(std::to_string(servers) + " servers, load " + std::to_string(load).substr(0, 4),
                  part_of(outcomes, queue_part), kiefer_wolfowitz_waits(gaps_s, works_s, servers));
    }
  }
}

TEST_CASE("A tandem of station, fifo link, station and fifo link obeys its max-plus recursion") {
  std::uint64_t const seed = 300;
  std::vector<double> const arrivals_s = arrivals_of(draws(Exponential{1}, jobs, seed, "gap"));
  std::vector<double> const edge_s = draws(Exponential{0.8}, jobs, seed, "edge");
  std::vector<double> const up_bytes = draws(Gamma{0.9e6, 0.5}, jobs, seed, "up");
  std::vector<double> const cloud_s = draws(LogNormal{0.5, 0.8}, jobs, seed, "cloud");
  std::vector<double> const down_bytes = draws(Uniform{0, 1.7e6}, jobs, seed, "down");
  auto const outcomes = run_line(
      EngineKind::fast, arrivals_s,
      {station(1, edge_s), fifo_link(1e6, 0.025, up_bytes), station(1, cloud_s), fifo_link(1e6, 0.05, down_bytes)});

  std::vector<double> ends_s = departures_in_order(arrivals_s, edge_s);
  ends_s = departures_in_order(plus(ends_s, 0.025), divided(up_bytes, 1e6));
  ends_s = departures_in_order(ends_s, cloud_s);
  ends_s = departures_in_order(plus(ends_s, 0.05), divided(down_bytes, 1e6));
  check_close("tandem, ends", ends_of(outcomes), ends_s);

  // The waits follow from the ends: what is neither work, nor wire, nor propagation.
  std::vector<double> waits_s;
  for (std::size_t job = 0; job < jobs; ++job) {
    double const served_s = edge_s[job] + up_bytes[job] / 1e6 + cloud_s[job] + down_bytes[job] / 1e6 + 0.075;
    waits_s.push_back(ends_s[job] - arrivals_s[job] - served_s);
  }
  check_close("tandem, waits", part_of(outcomes, queue_part), waits_s);
}

TEST_CASE("A station with outages finishes the work that each outage interrupted") {
  std::uint64_t const seed = 400;
  std::vector<double> const arrivals_s = arrivals_of(draws(Exponential{1}, jobs, seed, "gap"));
  std::vector<double> const works_s = draws(Exponential{0.7}, jobs, seed, "work");
  std::vector<double> const ups_s = draws(Exponential{40}, jobs / 50, seed, "up");
  std::vector<double> const downs_s = draws(Exponential{5}, jobs / 50, seed, "down");
  std::vector<Outage> outages;
  std::vector<Change> changes;
  double now_s = 0;
  for (std::size_t i = 0; i < ups_s.size(); ++i) {
    outages.push_back({now_s + ups_s[i], now_s + ups_s[i] + downs_s[i]});
    changes.push_back({outages.back().from_s, 0, 0});
    changes.push_back({outages.back().to_s, 0, 1});
    now_s = outages.back().to_s;
  }
  auto const outcomes = run_line(EngineKind::fast, arrivals_s, {station(1, works_s)}, changes);
  check_close("outages, ends", ends_of(outcomes), departures_with_outages(arrivals_s, works_s, outages));
}

}  // namespace coinfer::theory
