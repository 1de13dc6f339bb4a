#include "privacy/plan.hpp"

#include <catch2/catch.hpp>

#include "privacy/attribution.hpp"
#include "privacy/derive_exposures.hpp"
#include "tests/unit/privacy/plan_samples.hpp"

namespace coinfer {

using plans::cloud;
using plans::edge;
using plans::phone;

TEST_CASE("A plan gives one role to a processor and one to a journey, however many steps use them") {
  PlanBuilder builder;
  auto const first = builder.compute({phone, 0}, Seconds(1), compute_part, {}, {});
  auto const up = builder.transfer({phone, cloud}, Bytes(10), {}, std::vector{first});
  auto const second = builder.compute({cloud, 0}, Seconds(2), compute_part, {}, std::vector{up});
  auto const back = builder.transfer({cloud, phone}, Bytes(20), {}, std::vector{second});
  auto const third = builder.compute({phone, 0}, Seconds(3), compute_part, {}, std::vector{back});
  builder.transfer({phone, cloud}, Bytes(30), {}, std::vector{third});
  builder.compute({phone, 1}, Seconds(4), crypto_part, {}, {});
  Plan const plan = builder.build();
  CHECK(plan.processors == std::vector<ProcessorRef>{{phone, 0}, {cloud, 0}, {phone, 1}});
  CHECK(plan.journeys == std::vector<Journey>{{phone, cloud}, {cloud, phone}});
  std::vector<std::uint32_t> roles;
  for (Task const& task : plan.graph.tasks()) roles.push_back(task.role);
  CHECK(roles == std::vector<std::uint32_t>{0, 0, 1, 1, 0, 0, 2});
  CHECK(plan.graph.station_roles() == 3);
  CHECK(plan.graph.route_roles() == 2);
  CHECK(plan.graph.roots().size() == 2);
  CHECK(plan.graph.tasks()[3].amount == 20);
  CHECK(plan.graph.tasks()[6].part == crypto_part);
}

TEST_CASE("A tensor is one thing under its canonical name") {
  PlanBuilder builder;
  auto const cut = builder.tensor({"a", "first"});
  auto const output = builder.tensor({"output"});
  CHECK(builder.tensor({"a"}) == cut);
  CHECK(builder.tensor({"first"}) != cut);
  builder.compute({phone, 0}, Seconds(1), compute_part, {output}, {});
  Plan const plan = builder.build();
  CHECK(plan.tensors.size() == 3);
  CHECK(plan.tensors[cut].names == std::vector<std::string>{"a", "first"});
  CHECK(plan.tasks[0].tensor == output);
}

TEST_CASE("Exposures are read off a plan: producers, links, devices on the way, receivers, and never the owner") {
  Platform const platform(plans::tiers());
  PlanBuilder builder;
  auto const tensor = builder.tensor({"t"});
  PlanTask meaning;
  meaning.tensor = tensor;
  meaning.protection = Protection::transport_encrypted;
  auto const there = builder.transfer({phone, cloud}, Bytes(1), meaning, {});
  meaning.protection = Protection::clear;
  auto const made = builder.compute({cloud, 0}, Seconds(1), compute_part, meaning, std::vector{there});
  builder.compute({edge, 0}, Seconds(1), compute_part, {}, std::vector{made});
  builder.compute({phone, 0}, Seconds(1), compute_part, meaning, std::vector{made});
  auto const encrypted = Protection::transport_encrypted;
  CHECK(derive_exposures(builder.build(), platform, phone) ==
        std::vector<TaskExposure>{{there, tensor, "home", "link:wifi", encrypted},
                                  {there, tensor, "edge operator", "device:edge", encrypted},
                                  {there, tensor, "network", "link:wan", encrypted},
                                  {there, tensor, "cloud operator", "device:cloud", Protection::clear},
                                  {made, tensor, "cloud operator", "device:cloud", Protection::clear}});
}

TEST_CASE("Exposures follow the direction of travel, and a transfer that stays on its device shows nothing") {
  Platform const platform(plans::tiers());
  PlanBuilder builder;
  PlanTask meaning;
  meaning.tensor = builder.tensor({"t"});
  builder.transfer({cloud, edge}, Bytes(1), meaning, {});
  builder.transfer({cloud, cloud}, Bytes(1), meaning, {});
  CHECK(derive_exposures(builder.build(), platform, phone) ==
        std::vector<TaskExposure>{{0, 0, "cloud operator", "device:cloud", Protection::clear},
                                  {0, 0, "network", "link:wan", Protection::clear},
                                  {0, 0, "edge operator", "device:edge", Protection::clear}});
}

TEST_CASE("A switch on the way sees nothing; it belongs to nobody") {
  PlatformInput input = plans::tiers();
  input.switches = {"ap"};
  input.links = {plans::link("radio", 0, 3, "home"), plans::link("fibre", 3, 2, "network")};
  PlanBuilder builder;
  PlanTask meaning;
  meaning.tensor = builder.tensor({"t"});
  builder.transfer({phone, cloud}, Bytes(1), meaning, {});
  CHECK(derive_exposures(builder.build(), Platform(input), phone) ==
        std::vector<TaskExposure>{{0, 0, "home", "link:radio", Protection::clear},
                                  {0, 0, "network", "link:fibre", Protection::clear},
                                  {0, 0, "cloud operator", "device:cloud", Protection::clear}});
}

}  // namespace coinfer
