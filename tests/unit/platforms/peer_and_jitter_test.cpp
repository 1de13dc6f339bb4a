// What joins the members of a fleet, and what a link adds to its latency at random.
#include <catch2/catch.hpp>

#include "platforms/platform_load.hpp"
#include "scenarios/scenario.pb.h"
#include "sim/base/text_proto.hpp"

using namespace coinfer;

namespace {

struct Loaded {
  std::optional<Platform> platform;
  std::string problems;
};

/// Eight machines and a fleet member's link to a gateway, each with something more.
Loaded load(std::string const& device, std::string const& link) {
  std::string const processor = "processors { name: \"gpu\" kind: GPU rates { type: FP16 gflop_per_s: 1 } }";
  std::string const text =
      "devices { name: \"pod\" count: 8 domain: \"cloud\" " + processor + " " + device +
      " }\n"
      "switches: \"gate\"\n"
      "links { name: \"wire\" from: \"pod\" to: \"gate\" domain: \"network\" up_mbit_per_s: 8 latency_ms: 5\n" +
      link + " }\n";
  Located<proto::Scenario> scenario;
  Diagnostics diagnostics;
  REQUIRE(parse_text_proto("s.textproto", text, scenario, diagnostics));
  auto const& message = scenario.message;
  auto platform = load_platform(message.devices(), message.switches(), message.links(), scenario.where(), PlatformCatalog(),
                                diagnostics);
  return {std::move(platform), diagnostics.text()};
}

}  // namespace

TEST_CASE("A fleet may say how its members are joined") {
  auto const joined = load("peer_gb_per_s: 450 peer_latency_us: 2", "");
  REQUIRE(joined.problems == "");
  CHECK(joined.platform->device(DeviceId(0)).peer_rate == BytesPerSecond(4.5e11));
  CHECK(joined.platform->device(DeviceId(0)).peer_latency.value().value() == Approx(2e-6).epsilon(1e-15));
  auto const alone = load("", "");
  REQUIRE(alone.problems == "");
  CHECK_FALSE(alone.platform->device(DeviceId(0)).peer_rate);
  CHECK_FALSE(alone.platform->device(DeviceId(0)).peer_latency);
  CHECK(load("peer_gb_per_s: 0", "").problems == "s.textproto:1:121: peer_gb_per_s is 0 (must be above 0)");
}

TEST_CASE("A link may add a random latency to its own") {
  auto const jittery = load("", "jitter_ms { log_normal { median: 3 sigma: 1.5 } }");
  REQUIRE(jittery.problems == "");
  auto const& jitter = jittery.platform->link(LinkId(0)).jitter_ms;
  REQUIRE(jitter.has_value());
  REQUIRE(std::holds_alternative<LogNormal>(*jitter));
  CHECK(std::get<LogNormal>(*jitter).median == 3);
  CHECK(std::get<LogNormal>(*jitter).sigma == 1.5);
  CHECK_FALSE(load("", "").platform->link(LinkId(0)).jitter_ms);
  CHECK(load("", "jitter_ms { }").problems ==
        "s.textproto:4:1: none of 'constant', 'exponential', 'uniform', 'gamma', 'log_normal' is given");
  CHECK(load("", "jitter_ms { uniform { low: 3 high: 2 } }").problems ==
        "s.textproto:4:30: high is 2 (must be at least low, which is 3)");
}
