// The planner's search against whoever tries everything, on random graphs.
#include <catch2/catch.hpp>

#include "scenarios/planner/placement_search.hpp"
#include "tests/unit/scenarios/planner_samples.hpp"

namespace coinfer {
namespace {

/// Draws bounds so that some placements keep them and others do not: each at the figure of some placement.
void draw_constraints(samples::RandomPlanning& draw, PlanSetting& setting, std::vector<PricedPlacement> const& all) {
  auto const any = [&]() -> PricedPlacement const& { return all[draw.below(all.size())]; };
  double constexpr above = 1.000001;
  if (draw.chance(0.3)) setting.constraints.set_latency_ms(any().latency_s() * 1000 * above);
  if (draw.chance(0.2)) setting.constraints.set_bytes(any().bytes * above);
  if (draw.chance(0.2)) setting.constraints.set_energy_j(*any().energy_j * above);
  if (draw.chance(0.2)) setting.constraints.set_cost_usd(*any().cost_usd * above);
  if (draw.chance(0.2)) setting.constraints.set_throughput_per_s(any().throughput_per_s() / above);
  if (draw.chance(0.2)) setting.constraints.set_places(1 + draw.below(2));
  if (draw.chance(0.2)) {
    setting.allowed[draw.below(setting.tiers.size())][draw.below(setting.model.layers().size())] = false;
    setting.pinned = true;
  }
}

}  // namespace

TEST_CASE("The best placements are those of exhaustive search on 500 random graphs, whatever the objective and bounds") {
  std::vector<PlanFigure> const figures = {PlanFigure::latency_s, PlanFigure::loads, PlanFigure::energy_j,
                                           PlanFigure::cost_usd,  PlanFigure::bytes, PlanFigure::places};
  std::size_t feasible = 0;
  std::size_t passing_by = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    std::uint32_t const tiers = 2 + static_cast<std::uint32_t>(seed % 3);
    std::uint32_t const layers = tiers == 4 ? 4 : 6;
    samples::RandomPlanning draw(seed, tiers, layers, seed % 5 == 0 && tiers < 4);
    INFO("seed " << seed << "\n" << draw.text());
    PlanSetting setting = samples::setting_of(draw.text());
    IdlePricer const pricer(setting.scenario.platform);
    std::vector<PricedPlacement> const all = samples::try_everything(setting, pricer);
    draw_constraints(draw, setting, all);
    std::set<PlanBound> const bounds = bounds_of(setting);
    PlanFigure const figure = figures[draw.below(figures.size())];
    std::vector<double> expected;
    for (PricedPlacement const& one : all) {
      if (missed_bounds(setting, one, bounds).empty()) expected.push_back(figure_of(one, figure, setting));
    }
    std::sort(expected.begin(), expected.end());
    std::size_t constexpr count = 4;
    if (expected.size() > count) expected.resize(count);
    PlacementSearch search(setting);
    std::vector<PricedPlacement> const found = search.best(figure, count, bounds);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(figure_of(found[i], figure, setting) == Approx(expected[i]).epsilon(1e-9));
    }
    feasible += expected.empty() ? 0 : 1;
    passing_by += search.listed_passing_by() > 0 ? 1 : 0;
  }
  // The test says something only where both happen.
  CHECK(feasible > 350);
  CHECK(feasible < 500);
  CHECK(passing_by > 100);
}

TEST_CASE("The Pareto front is that of exhaustive search") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    samples::RandomPlanning draw(seed, 2 + static_cast<std::uint32_t>(seed % 2), 5, false);
    INFO("seed " << seed);
    PlanSetting const setting = samples::setting_of(draw.text());
    PlacementSearch search(setting);
    std::vector<PricedPlacement> const all = samples::try_everything(setting, search.pricer());
    auto const figures = [&](PricedPlacement const& one) {
      return std::vector<double>{one.latency_s(), one.bottleneck_s, *one.energy_j, *one.cost_usd};
    };
    auto const beats = [&](PricedPlacement const& a, PricedPlacement const& b) {
      std::vector<double> const of_a = figures(a);
      std::vector<double> const of_b = figures(b);
      bool better = false;
      for (std::size_t i = 0; i < of_a.size(); ++i) {
        if (of_a[i] > of_b[i]) return false;
        better = better || of_a[i] < of_b[i];
      }
      return better;
    };
    std::vector<std::vector<double>> expected;
    for (PricedPlacement const& one : all) {
      if (std::none_of(all.begin(), all.end(), [&](auto const& other) { return beats(other, one); })) {
        expected.push_back(figures(one));
      }
    }
    std::vector<std::vector<double>> found;
    for (PricedPlacement const& one : search.front({PlanBound::memory})) found.push_back(figures(one));
    std::sort(expected.begin(), expected.end());
    std::sort(found.begin(), found.end());
    // Of placements that cost the same in everything the search keeps one.
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    CHECK(found == expected);
  }
}

}  // namespace coinfer
