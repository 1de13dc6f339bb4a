#include "privacy/plan.hpp"

#include <catch2/catch.hpp>

#include "privacy/attribution.hpp"
#include "privacy/derive_exposures.hpp"
#include "privacy/plan_batch_step.hpp"
#include "tests/unit/privacy/plan_samples.hpp"

namespace coinfer {

using plans::cloud;
using plans::edge;
using plans::phone;

TEST_CASE("A plan gives one role to a station and one to a journey, however many steps and phases use them") {
  PlanBuilder builder;
  PhaseBuilder& first_phase = builder.once();
  auto const first = first_phase.compute({{phone, 0}}, Seconds(1), compute_part, {}, {});
  auto const up = first_phase.transfer({phone, cloud}, Bytes(10), {}, std::vector{first});
  auto const second = first_phase.compute({{cloud, 0}}, Seconds(2), compute_part, {}, std::vector{up});
  first_phase.transfer({cloud, phone}, Bytes(20), {}, std::vector{second});
  builder.once();
  PhaseBuilder& next_phase = builder.once();
  next_phase.compute({{phone, 0}}, Seconds(3), compute_part, {}, {});
  next_phase.transfer({phone, cloud}, Bytes(30), {}, {});
  next_phase.compute({{phone, 1}}, Seconds(4), crypto_part, {}, {});
  next_phase.compute({{cloud, 0}, StationRef::Unit::bridge}, Seconds(5), crossing_part, {}, {});
  Plan const plan = builder.build();
  CHECK(plan.stations ==
        std::vector<StationRef>{{{phone, 0}}, {{cloud, 0}}, {{phone, 1}}, {{cloud, 0}, StationRef::Unit::bridge}});
  CHECK(plan.journeys == std::vector<Journey>{{phone, cloud}, {cloud, phone}});
  REQUIRE(plan.phases.size() == 2);
  std::vector<std::uint32_t> roles;
  for (Phase const& phase : plan.phases) {
    for (Task const& task : phase.graph.tasks()) roles.push_back(task.role);
  }
  CHECK(roles == std::vector<std::uint32_t>{0, 0, 1, 1, 0, 0, 2, 3});
  CHECK(plan.phases[0].graph.station_roles() == 2);
  CHECK(plan.phases[0].graph.roots().size() == 1);
  CHECK(plan.phases[1].graph.roots().size() == 4);
  CHECK(plan.phases[0].graph.tasks()[3].amount == 20);
  CHECK(plan.phases[1].graph.tasks()[2].part == crypto_part);
}

TEST_CASE("A tensor is one thing under its canonical name, in all phases") {
  PlanBuilder builder;
  PhaseBuilder& phase = builder.once();
  auto const cut = phase.tensor({"a", "first"});
  auto const output = phase.tensor({"output"});
  CHECK(builder.each_step().tensor({"a"}) == cut);
  CHECK(phase.tensor({"first"}) != cut);
  phase.compute({{phone, 0}}, Seconds(1), compute_part, {output}, {});
  Plan const plan = builder.build();
  CHECK(plan.tensors.size() == 3);
  CHECK(plan.tensors[cut].names == std::vector<std::string>{"a", "first"});
  CHECK(plan.phases[0].tasks[0].tensor == output);
}

namespace {

/// So many seconds per new token and per token held.
struct LinearCost final : StepCost {
  double per_token;
  double per_held;
  LinearCost(double token, double held) : per_token(token), per_held(held) {}
  double seconds(Batch const& batch) const override {
    double sum = 0;
    for (BatchItem const& item : batch.items) sum += item.units * per_token + item.held * per_held;
    return sum;
  }
};

}  // namespace

TEST_CASE("A batch is priced by the rules of its phase: fixed, per token, per sequence that yields, costs and overhead") {
  PlanBuilder builder;
  PhaseBuilder& phase = builder.iteration({cloud, 0});
  AmountRule work;
  work.cost = phase.cost(std::make_shared<LinearCost>(2, 0.5));
  work.overhead = phase.cost(std::make_shared<LinearCost>(0.25, 0));
  auto const computed = phase.compute({{cloud, 0}}, Seconds(3), compute_part, {}, {}, work, enclave_part);
  AmountRule bytes;
  bytes.per_token = 100;
  bytes.per_sequence = 7;
  phase.transfer({cloud, edge}, Bytes(1000), {}, std::vector{computed}, bytes);
  phase.compute_split({{cloud, 1}}, Seconds(10), compute_part, Seconds(3), enclave_part, Seconds(2), paging_part, {}, {});
  Plan const plan = builder.build();
  CHECK(plan.servers == std::vector<ProcessorRef>{{cloud, 0}});
  // Four tokens of an opening that goes on later, and a step after eight tokens.
  Batch batch;
  batch.items.resize(2);
  batch.items[0].units = 4;
  batch.items[0].opening = true;
  batch.items[0].yields = false;
  batch.items[1].held = 8;
  std::vector<TaskAmount> amounts(3);
  PlanBatchStep(plan.iteration(0)).price(batch, amounts);
  CHECK(amounts[0].total == 3 + (5 * 2 + 8 * 0.5) + 5 * 0.25);
  CHECK(amounts[0].first_extra == 5 * 0.25);
  CHECK(amounts[1].total == 1000 + 5 * 100 + 7);
  CHECK(amounts[2].total == 10);
  CHECK(amounts[2].first_extra == 3);
  CHECK(amounts[2].second_extra == 2);
}

TEST_CASE("A request's own pass is a batch of one, what it asks of servers are its tokens, or those still to come") {
  PlanBuilder builder;
  PhaseBuilder& phase = builder.once();
  AmountRule work;
  work.cost = phase.cost(std::make_shared<LinearCost>(2, 0.5));
  auto const computed = phase.compute({{phone, 0}}, Seconds(1), compute_part, {}, {}, work);
  auto const opened = phase.serve({cloud, 0}, ServeForm::opening, std::vector{computed});
  auto const rest = phase.serve({cloud, 0}, ServeForm::rest, std::vector{opened});
  AmountRule ids;
  ids.per_further_token = 4;
  phase.transfer({cloud, phone}, Bytes(64), {}, std::vector{rest}, ids);
  phase.yields_first_token(opened);
  Plan const plan = builder.build();
  CHECK(plan.phases[0].first_token == opened);
  std::vector<TaskAmount> amounts(4);
  price(plan.phases[0], RequestPass{100, 20, 9}, amounts);
  CHECK(amounts[0].total == 1 + 100 * 2 + 20 * 0.5);
  CHECK(amounts[1].total == 100);
  CHECK(amounts[2].total == 9);
  CHECK(amounts[3].total == 64 + 9 * 4);
}

TEST_CASE("Exposures are read off a plan: producers, links, devices on the way, receivers, and never the owner") {
  Platform const platform(plans::tiers());
  PlanBuilder builder;
  PhaseBuilder& phase = builder.once();
  auto const tensor = phase.tensor({"t"});
  PlanTask meaning;
  meaning.tensor = tensor;
  meaning.protection = Protection::transport_encrypted;
  auto const there = phase.transfer({phone, cloud}, Bytes(1), meaning, {});
  meaning.protection = Protection::clear;
  auto const made = phase.compute({{cloud, 0}}, Seconds(1), compute_part, meaning, std::vector{there});
  phase.compute({{edge, 0}}, Seconds(1), compute_part, {}, std::vector{made});
  phase.compute({{phone, 0}}, Seconds(1), compute_part, meaning, std::vector{made});
  auto const encrypted = Protection::transport_encrypted;
  CHECK(derive_exposures(builder.build(), platform, phone) ==
        std::vector<TaskExposure>{{0, there, tensor, "home", "link:wifi", encrypted},
                                  {0, there, tensor, "edge operator", "device:edge", encrypted},
                                  {0, there, tensor, "network", "link:wan", encrypted},
                                  {0, there, tensor, "cloud operator", "device:cloud", Protection::clear},
                                  {0, made, tensor, "cloud operator", "device:cloud", Protection::clear}});
}

TEST_CASE("Exposures follow the direction of travel, and a transfer that stays on its device shows nothing") {
  Platform const platform(plans::tiers());
  PlanBuilder builder;
  PhaseBuilder& phase = builder.once();
  PlanTask meaning;
  meaning.tensor = phase.tensor({"t"});
  phase.transfer({cloud, edge}, Bytes(1), meaning, {});
  phase.transfer({cloud, cloud}, Bytes(1), meaning, {});
  CHECK(derive_exposures(builder.build(), platform, phone) ==
        std::vector<TaskExposure>{{0, 0, 0, "cloud operator", "device:cloud", Protection::clear},
                                  {0, 0, 0, "network", "link:wan", Protection::clear},
                                  {0, 0, 0, "edge operator", "device:edge", Protection::clear}});
}

TEST_CASE("A switch on the way sees nothing, it belongs to nobody") {
  PlatformInput input = plans::tiers();
  input.switches = {"ap"};
  input.links = {plans::link("radio", 0, 3, "home"), plans::link("fibre", 3, 2, "network")};
  PlanBuilder builder;
  PhaseBuilder& phase = builder.once();
  PlanTask meaning;
  meaning.tensor = phase.tensor({"t"});
  phase.transfer({phone, cloud}, Bytes(1), meaning, {});
  CHECK(derive_exposures(builder.build(), Platform(input), phone) ==
        std::vector<TaskExposure>{{0, 0, 0, "home", "link:radio", Protection::clear},
                                  {0, 0, 0, "network", "link:fibre", Protection::clear},
                                  {0, 0, 0, "cloud operator", "device:cloud", Protection::clear}});
}

}  // namespace coinfer
