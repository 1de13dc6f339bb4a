#include "scenarios/resource_use.hpp"

#include <catch2/catch.hpp>

namespace coinfer {

namespace {

Device device(std::string const& name, std::uint32_t count = 1) {
  Device result;
  result.name = name;
  result.count = count;
  result.domain = "user";
  Processor cpu;
  cpu.name = "cpu";
  cpu.rates[static_cast<std::size_t>(DataType::fp32)] = FlopPerSecond(1e9);
  cpu.idle = Watts(1);
  cpu.busy = Watts(3);
  result.processors.push_back(cpu);
  return result;
}

/// From device 0 to device 1: 10^6 bytes per second up, 2*10^6 down.
Link link() {
  Link result;
  result.name = "access";
  result.from = NodeId(0);
  result.to = NodeId(1);
  result.up = BytesPerSecond(1e6);
  result.down = BytesPerSecond(2e6);
  result.domain = "network";
  result.up_energy = JoulesPerByte(3e-6);
  result.down_energy = JoulesPerByte(1e-6);
  return result;
}

Link half_duplex_link() {
  Link result = link();
  result.duplex = Duplex::half;
  result.down = result.up;
  return result;
}

RunRecord record_of(Platform const& platform, double end_s) {
  RunRecord record;
  record.processors.resize(platform.devices().size());
  record.pipes.resize(2 * platform.links().size());
  record.end_s = end_s;
  record.last_arrival_s = end_s / 2;
  return record;
}

}  // namespace

TEST_CASE("What signs as many quotes as are asked for is never asked for more than it can do, one with a bound is") {
  Device host = device("cloud");
  Enclave tee;
  tee.name = "tee";
  tee.attestation = EnclaveAttestation{Seconds(1), std::nullopt, std::nullopt};
  host.enclaves = {tee};
  auto const quoting = [](Device const& with) {
    Platform const platform(PlatformInput{{with}, {}, {}});
    RunRecord record = record_of(platform, 10);
    record.enclaves.resize(enclave_unit_count);
    record.enclaves[2] = {.busy_s = 6, .service_s = 18, .offered = 18, .served = 18, .members_used = 1};
    return resource_use(platform, record).resources.at(1);
  };
  CHECK(quoting(host).resource == "cloud.tee quoting");
  CHECK(quoting(host).utilisation == 0.6);
  CHECK(quoting(host).offered_utilisation == 0);
  host.enclaves[0].attestation->quotes_at_once = 3;
  CHECK(quoting(host).utilisation == 0.6);
  CHECK(quoting(host).offered_utilisation == Approx(18 / (3 * 5.0)));
}

TEST_CASE("Every member of a fleet draws power from the start to the end, used or not") {
  Platform const platform(PlatformInput{{device("phone", 4)}, {}, {}});
  RunRecord record = record_of(platform, 10);
  record.processors[0] = {.busy_s = 5, .service_s = 5, .waiting_s = 20, .offered = 5, .served = 3, .members_used = 2};
  ResourceUse const use = resource_use(platform, record);
  REQUIRE(use.resources.size() == 1);
  ResourceResult const& phone = use.resources[0];
  CHECK(phone.resource == "phone.cpu");
  CHECK(phone.members == 4);
  CHECK(phone.members_used == 2);
  CHECK(phone.utilisation == 5.0 / 40);
  CHECK(phone.offered_utilisation == 5.0 / 20);
  CHECK(phone.mean_waiting == 2);
  CHECK(phone.energy_j == 3 * 5 + 1 * 35);
  CHECK(use.energy_j.value == 50);
  CHECK_FALSE(use.cost_usd.value.has_value());
  CHECK(use.cost_usd.reason == "nothing in this scenario has a price");
}

TEST_CASE("A fleet that never rests is as busy as the run is long, whatever the sum over its members rounds to") {
  Platform const platform(PlatformInput{{device("phone", 7)}, {}, {}});
  double const end_s = 0.7;
  RunRecord record = record_of(platform, end_s);
  for (int member = 0; member < 7; ++member) record.processors[0].busy_s += end_s;
  REQUIRE(record.processors[0].busy_s > 7 * end_s);
  ResourceUse const use = resource_use(platform, record);
  CHECK(use.resources[0].busy_s == 7 * end_s);
  CHECK(use.energy_j.value == 3 * (7 * end_s));
}

TEST_CASE("A total is absent as soon as one part of it was not measured, and says which") {
  Device dark = device("dark");
  dark.processors[0].busy.reset();
  Link silent = link();
  silent.down_energy.reset();
  Platform const platform(PlatformInput{{device("phone"), dark}, {}, {silent}});
  RunRecord record = record_of(platform, 10);
  ResourceUse const idle = resource_use(platform, record);
  // Idle power is enough for a processor that does nothing; a link that carries nothing owes nothing.
  CHECK(idle.energy_j.value == 20);
  record.processors[1].busy_s = 1;
  record.pipes[1].bytes = 100;
  ResourceUse const used = resource_use(platform, record);
  CHECK_FALSE(used.energy_j.value.has_value());
  CHECK(used.energy_j.reason == "not measured: power of dark.cpu, energy per byte of access down");
  CHECK_FALSE(used.resources[1].energy_j.has_value());
  CHECK(used.resources[0].energy_j == 10);
}

TEST_CASE("The two directions of a full-duplex link are two resources, with their own energy and price") {
  Link access = link();
  access.down_price = UsdPerByte(1e-9);
  Platform const platform(PlatformInput{{device("phone"), device("cloud")}, {}, {access}});
  RunRecord record = record_of(platform, 10);
  record.pipes[0] = {.offered = 2e6, .bytes = 2e6, .served = 4};
  record.pipes[1] = {.offered = 1e6, .bytes = 1e6, .served = 4};
  ResourceUse const use = resource_use(platform, record);
  REQUIRE(use.resources.size() == 4);
  CHECK(use.resources[2].resource == "access up");
  CHECK(use.resources[2].utilisation == 2e6 / 10e6);
  CHECK(use.resources[2].offered_utilisation == 2e6 / 5e6);
  CHECK(use.resources[2].energy_j == Approx(6).epsilon(1e-12));
  CHECK_FALSE(use.resources[2].cost_usd.has_value());
  CHECK(use.resources[3].resource == "access down");
  CHECK(use.resources[3].utilisation == 1e6 / 20e6);
  CHECK(use.resources[3].energy_j == Approx(1).epsilon(1e-12));
  CHECK(use.resources[3].cost_usd == Approx(0.001).epsilon(1e-12));
  CHECK(use.cost_usd.value == Approx(0.001).epsilon(1e-12));
  CHECK(use.bytes_up == 2e6);
  CHECK(use.bytes_down == 1e6);
}

TEST_CASE("A half-duplex link is one resource whose bytes still count by direction") {
  Link access = half_duplex_link();
  access.up_price = UsdPerByte(4e-9);
  Platform const platform(PlatformInput{{device("phone"), device("cloud")}, {}, {access}});
  RunRecord record = record_of(platform, 10);
  record.pipes[0] = {.bytes = 3e6, .bytes_down = 1e6, .served = 8};
  ResourceUse const use = resource_use(platform, record);
  REQUIRE(use.resources.size() == 3);
  ResourceResult const& both = use.resources[2];
  CHECK(both.resource == "access");
  CHECK(both.utilisation == 0.3);
  CHECK(both.bytes == 3e6);
  CHECK(both.energy_j == Approx(2e6 * 3e-6 + 1e6 * 1e-6).epsilon(1e-12));
  CHECK(both.cost_usd == Approx(2e6 * 4e-9).epsilon(1e-12));  // down has no price and costs nothing
  CHECK(use.bytes_up == 2e6);
  CHECK(use.bytes_down == 1e6);
}

TEST_CASE("A half-duplex link has no energy where a direction that carried something was not measured") {
  Link access = half_duplex_link();
  access.down_energy.reset();
  Platform const platform(PlatformInput{{device("phone"), device("cloud")}, {}, {access}});
  RunRecord record = record_of(platform, 10);
  record.pipes[0] = {.bytes = 2e6};
  CHECK(resource_use(platform, record).resources[2].energy_j == Approx(6).epsilon(1e-12));
  record.pipes[0].bytes_down = 1e6;
  CHECK_FALSE(resource_use(platform, record).resources[2].energy_j.has_value());
}

TEST_CASE("A fleet is rented for the whole run, every member of it") {
  Device cloud = device("cloud", 3);
  cloud.price = UsdPerSecond(0.5);
  Platform const platform(PlatformInput{{cloud}, {}, {}});
  CHECK(resource_use(platform, record_of(platform, 8)).cost_usd.value == 12);
}

TEST_CASE("Under processor sharing the busy share counts full speed once, however many jobs there are") {
  Device box = device("box");
  box.processors[0].discipline = Discipline::processor_sharing;
  Platform const platform(PlatformInput{{box}, {}, {}});
  RunRecord record = record_of(platform, 10);
  record.processors[0] = {.busy_s = 4, .service_s = 12};
  CHECK(resource_use(platform, record).resources[0].utilisation == 0.4);
}

TEST_CASE("A run of no length uses nothing") {
  Platform const platform(PlatformInput{{device("phone"), device("cloud")}, {}, {link()}});
  ResourceUse const use = resource_use(platform, record_of(platform, 0));
  for (ResourceResult const& resource : use.resources) {
    CHECK(resource.utilisation == 0);
    CHECK(resource.offered_utilisation == 0);
    CHECK(resource.mean_waiting == 0);
  }
  CHECK(use.energy_j.value == 0);
}

}  // namespace coinfer
