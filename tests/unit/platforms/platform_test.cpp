#include "platforms/platform.hpp"

#include <catch2/catch.hpp>

#include "sim/base/errors.hpp"
#include "tests/unit/platforms/platform_samples.hpp"

using namespace coinfer;
using samples::device;
using samples::input;
using samples::link;

namespace {

std::vector<Hop> hops(Platform const& platform, std::uint32_t from, std::uint32_t to) {
  auto const route = platform.route(DeviceId(from), DeviceId(to));
  REQUIRE(route);
  return route->hops;
}

Hop up(std::uint32_t index) { return {LinkId(index), Direction::up}; }
Hop down(std::uint32_t index) { return {LinkId(index), Direction::down}; }

std::string refusal(PlatformInput parts) {
  try {
    Platform const platform(std::move(parts));
  } catch (InputError const& error) {
    return error.what();
  }
  return "constructed";
}

}  // namespace

TEST_CASE("A route crosses links up or down and sums their latencies") {
  // 0 phone, 1 cloud, 2 access point; the second link is declared from the cloud's side.
  Platform const platform(
      input({device("phone"), device("cloud")}, {"ap"}, {link("wifi", 0, 2, 0.002), link("wan", 1, 2, 0.02)}));
  CHECK(hops(platform, 0, 1) == std::vector{up(0), down(1)});
  CHECK(hops(platform, 1, 0) == std::vector{up(1), down(0)});
  auto const route = platform.route(DeviceId(0), DeviceId(1)).value();
  CHECK(platform.total_latency(route).value() == Approx(0.022).epsilon(1e-15));
  // 1 MB/s up the first, 2 MB/s down the second.
  CHECK(platform.smallest_bandwidth(route) == BytesPerSecond(1e6));
  CHECK(platform.smallest_bandwidth({{down(1)}}) == BytesPerSecond(2e6));
}

TEST_CASE("A device reaches itself over no link") {
  Platform const platform(input({device("phone")}, {}, {}));
  CHECK(hops(platform, 0, 0).empty());
  CHECK(platform.total_latency({}) == Seconds(0));
}

TEST_CASE("The route with the fewest hops wins, however slow it is") {
  Platform const platform(
      input({device("a"), device("b")}, {"s"}, {link("a-s", 0, 2, 0.001), link("s-b", 2, 1, 0.001), link("a-b", 0, 1, 9)}));
  CHECK(hops(platform, 0, 1) == std::vector{up(2)});
}

TEST_CASE("Among routes of equal length the first declared links win") {
  // Two parallel links, and two detours of two hops.
  Platform const parallel(input({device("a"), device("b")}, {}, {link("first", 0, 1), link("second", 0, 1)}));
  CHECK(hops(parallel, 0, 1) == std::vector{up(0)});
  CHECK(hops(parallel, 1, 0) == std::vector{down(0)});
  Platform const detours(input({device("a"), device("b")}, {"s", "t"},
                               {link("t-b", 3, 1), link("a-t", 0, 3), link("s-b", 2, 1), link("a-s", 0, 2)}));
  // From a, the link to t is declared before that to s.
  CHECK(hops(detours, 0, 1) == std::vector{up(1), up(0)});
}

TEST_CASE("Devices that no links join have no route") {
  Platform const platform(input({device("a"), device("b")}, {"s"}, {link("a-s", 0, 2)}));
  CHECK_FALSE(platform.route(DeviceId(0), DeviceId(1)));
  CHECK_FALSE(platform.route(DeviceId(1), DeviceId(0)));
}

TEST_CASE("A single device on the way forwards and a fleet does not") {
  auto const through = [](std::uint32_t count) {
    return Platform(input({device("watch"), device("phone", count), device("cloud")}, {},
                          {link("bluetooth", 0, 1), link("lte", 1, 2)}));
  };
  CHECK(through(1).route(DeviceId(0), DeviceId(2)).has_value());
  auto const fleet = through(2);
  CHECK_FALSE(fleet.route(DeviceId(0), DeviceId(2)));
  // The fleet is still a source and a destination.
  CHECK(fleet.route(DeviceId(0), DeviceId(1)).has_value());
  CHECK(fleet.route(DeviceId(1), DeviceId(2)).has_value());
}

TEST_CASE("Devices, links and nodes are found by name") {
  Platform const platform(input({device("phone"), device("cloud")}, {"ap"}, {link("wifi", 0, 2)}));
  CHECK(platform.find_device("cloud") == DeviceId(1));
  CHECK_FALSE(platform.find_device("ap"));
  CHECK(platform.find_link("wifi") == LinkId(0));
  CHECK_FALSE(platform.find_link("wan"));
  CHECK(platform.node_name(NodeId(0)) == "phone");
  CHECK(platform.node_name(NodeId(2)) == "ap");
  CHECK(platform.device_at(NodeId(1)) == DeviceId(1));
  CHECK_FALSE(platform.device_at(NodeId(2)));
}

TEST_CASE("The members of the fleet at one end own the instances of a private link") {
  auto own = link("own", 0, 1);
  own.is_private = true;
  auto const fleet = [&](Device first, Device second) {
    return Platform(input({std::move(first), std::move(second)}, {}, {own})).fleet_of(LinkId(0));
  };
  CHECK(fleet(device("phones", 100), device("cloud")) == DeviceId(0));
  CHECK(fleet(device("cloud"), device("phones", 100)) == DeviceId(1));
  // A fleet swept down to one member keeps its links.
  CHECK(fleet(device("phones", 1), device("cloud")) == DeviceId(0));

  auto to_switch = link("own", 1, 0);
  to_switch.is_private = true;
  CHECK(Platform(input({device("phones", 3)}, {"ap"}, {to_switch})).fleet_of(LinkId(0)) == DeviceId(0));
  CHECK_FALSE(Platform(input({device("a"), device("b")}, {}, {link("shared", 0, 1)})).fleet_of(LinkId(0)));
}

TEST_CASE("A platform whose parts do not fit together does not construct") {
  CHECK(refusal(input({device("a"), device("b")}, {}, {link("ab", 0, 1)})) == "constructed");
  CHECK(refusal(input({device("a"), device("a")}, {}, {})) ==
        "device 'a': duplicate device name 'a' (devices and switches share one name space)");
  CHECK(refusal(input({device("a")}, {"a"}, {})) ==
        "duplicate switch name 'a' (devices and switches share one name space)");
  CHECK(refusal(input({device("a"), device("b")}, {}, {link("ab", 0, 1), link("ab", 0, 1)})) ==
        "link 'ab': duplicate link name 'ab' (links are found by name)");
  CHECK(refusal(input({device("a")}, {}, {link("ab", 0, 1)})) == "link 'ab': the link ends nowhere");
  CHECK(refusal(input({device("a")}, {"s"}, {link("ss", 1, 1)})) == "link 'ss': the link goes from 's' to itself");

  auto half = link("half", 0, 1);
  half.duplex = Duplex::half;
  CHECK(refusal(input({device("a"), device("b")}, {}, {half})) ==
        "link 'half': down_mbit_per_s is given on a half-duplex link (its directions share up_mbit_per_s)");

  auto silent = link("silent", 0, 1);
  silent.up = silent.down = BytesPerSecond(0);
  CHECK(refusal(input({device("a"), device("b")}, {}, {silent})) ==
        "link 'silent': the link has no bandwidth up (a link without bandwidth never delivers)\n"
        "link 'silent': the link has no bandwidth down (a link without bandwidth never delivers)");

  auto own = link("own", 1, 2);
  own.is_private = true;
  CHECK(refusal(input({device("a")}, {"s", "t"}, {own})) ==
        "link 'own': a private link joins two switches (it belongs to the members of a fleet at one end)");
  CHECK(refusal(input({device("a"), device("b", 2), device("c", 2)}, {}, {own})) ==
        "link 'own': a private link joins two fleets (it belongs to the members of the fleet at one end)");
}

TEST_CASE("A device that could not serve anything does not construct") {
  auto empty = device("a", 0);
  empty.domain.clear();
  empty.processors.clear();
  CHECK(refusal(input({empty}, {}, {})) ==
        "device 'a': count is 0 (must be at least 1)\n"
        "device 'a': field 'domain' is missing (a scenario says who controls each device)\n"
        "device 'a': field 'processors' is missing");
  auto broken = device("");
  broken.processors[0].name.clear();
  broken.processors[0].slots = 0;
  broken.processors[0].idle = Watts(5);
  broken.processors[0].busy = Watts(4);
  CHECK(refusal(input({broken}, {}, {})) ==
        "device '': the name of a device is empty\n"
        "device '': the name of a processor is empty\n"
        "device '': slots is 0 (must be at least 1)\n"
        "device '': busy_w is 4 (must be at least idle_w, which is 5)");
  auto late = link("late", 0, 1, -1);
  CHECK(refusal(input({device("a"), device("b")}, {}, {late})) ==
        "link 'late': the link has no legal latency (must be at least 0)");
}

TEST_CASE("A fleet of many costs no more than one machine") {
  Platform const platform(input({device("phones", 100'000'000), device("cloud")}, {}, {link("lte", 0, 1)}));
  CHECK(platform.devices().size() == 2);
  CHECK(hops(platform, 0, 1) == std::vector{up(0)});
}
