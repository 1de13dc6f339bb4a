// The closed form against the simulator, one request at a time.
#include <catch2/catch.hpp>
#include <cstdio>

#include "scenarios/run/run.hpp"
#include "tests/unit/scenarios/planner_samples.hpp"

namespace coinfer {

TEST_CASE("A split request costs its stages, its messages and its answer, by hand") {
  PlanSetting const setting = samples::setting_of(samples::phone_and_cloud());
  IdlePricer const pricer(setting.scenario.platform);
  PricedPlacement const priced = price_placement(setting, pricer, setting.own).value();
  // Two layers of 1 s; 4,000 bytes there and 4,000 back at 1 MB/s, 10 ms each way.
  CHECK(priced.latency_s() == Approx(1 + 0.010 + 0.004 + 1 + 0.010 + 0.004).epsilon(1e-12));
  CHECK(priced.bytes == 8000);
  CHECK(priced.throughput_per_s() == Approx(1).epsilon(1e-12));
  CHECK(priced.bottleneck == "phone.cpu");
  CHECK_FALSE(priced.energy_j);
  CHECK_FALSE(priced.cost_usd);
  CHECK(assignments_of(setting, setting.own) ==
        std::vector<std::string>{"workloads[w].placement={stages{on:\"phone.cpu\" until:\"a\"} stages{on:\"cloud.cpu\"}}"});
}

TEST_CASE("The closed form prices one request on an idle deployment exactly as a run of it") {
  double worst = 0;
  int side_by_side = 0;
  for (std::uint64_t seed = 1001; seed <= 1200; ++seed) {
    samples::RandomPlanning draw(seed, 2 + static_cast<std::uint32_t>(seed % 3), 5, true);
    INFO("seed " << seed << "\n" << draw.text());
    PlanSetting const setting = samples::setting_of(draw.text());
    IdlePricer const pricer(setting.scenario.platform);
    std::vector<PricedPlacement> const all = samples::try_everything(setting, pricer);
    PricedPlacement const& priced = all[draw.below(all.size())];
    LoadOptions options;
    options.assignments = assignments_of(setting, priced.placement);
    REQUIRE_FALSE(options.assignments.empty());
    Scenario const scenario = samples::scenario_of(draw.text(), options);
    Results const results = run(scenario);
    REQUIRE(results.all.latency_s.has_value());
    CHECK(priced.latency_s() == Approx(results.all.latency_s->mean).epsilon(1e-9));
    CHECK(priced.bytes == Approx(results.bytes_up + results.bytes_down).epsilon(1e-9));
    double idle_w = 0;
    for (Device const& device : scenario.platform.devices()) idle_w += device.processors.front().idle->value();
    CHECK(*priced.energy_j + idle_w * results.record.end_s == Approx(*results.energy_j.value).epsilon(1e-9));
    worst = std::max(worst, std::abs(priced.latency_s() / results.all.latency_s->mean - 1));
    double serial_s = 0;
    for (double const part : results.all.mean_parts_s) serial_s += part;
    double busy_s = 0;
    for (ResourceResult const& resource : results.resources) busy_s += resource.busy_s;
    side_by_side += busy_s > serial_s * (1 + 1e-9) ? 1 : 0;
  }
  CHECK(side_by_side > 5);
  std::printf("planner: closed form beside 200 runs, largest deviation of latency %.1e\n", worst);
}

}  // namespace coinfer
