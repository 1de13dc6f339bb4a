#include <catch2/catch.hpp>

#include "platforms/platforms.pb.h"
#include "sim/base/overlay.hpp"
#include "sim/base/text_proto.hpp"
#include "workloads/workloads.pb.h"

using namespace coinfer;

namespace {

template <class Message>
Located<Message> parse(std::string const& file, std::string const& text) {
  Located<Message> located;
  Diagnostics diagnostics;
  REQUIRE(parse_text_proto(file, text, located, diagnostics));
  return located;
}

/// `base` from catalog.textproto with `over` from mine.textproto written over it.
template <class Message>
Located<Message> overlaid(std::string const& base, std::string const& over) {
  Located<Message> result = parse<Message>("catalog", base);
  Located<Message> const mine = parse<Message>("mine", over);
  overlay(result.message, result.tree, mine.message, mine.tree);
  return result;
}

}  // namespace

TEST_CASE("a scalar given beside a used entry replaces the entry's, and its place") {
  auto const device = overlaid<proto::Device>("name: 'pi' memory_gib: 8\nprice_usd_per_hour: 1", "count: 3\nmemory_gib: 4");
  CHECK(device.message.ShortDebugString() == "name: \"pi\" count: 3 memory_gib: 4 price_usd_per_hour: 1");
  CHECK(to_string(Diagnostic{device.where().field("memory_gib"), "x", "", ""}) == "mine:2:1: x");
  CHECK(to_string(Diagnostic{device.where().field("price_usd_per_hour"), "x", "", ""}) == "catalog:2:1: x");
  CHECK(to_string(Diagnostic{device.where().field("domain"), "x", "", ""}) == "mine: x");
}

TEST_CASE("a zero that is given is given") {
  CHECK(overlaid<proto::Link>("latency_ms: 5", "latency_ms: 0").message.ShortDebugString() == "latency_ms: 0");
}

TEST_CASE("a sub-message is overlaid field by field") {
  auto const workload = overlaid<proto::Arrivals>("closed_loop { users: 3\n think_s { constant { value: 1 } } }",
                                                  "\nclosed_loop { users: 4 }");
  CHECK(workload.message.ShortDebugString() == "closed_loop { users: 4 think_s { constant { value: 1 } } }");
  Where const loop = workload.where().child("closed_loop");
  CHECK(to_string(Diagnostic{loop.field("users"), "x", "", ""}) == "mine:2:15: x");
  CHECK(to_string(Diagnostic{loop.here(), "x", "", ""}) == "mine:2:1: x");
  CHECK(to_string(Diagnostic{loop.field("think_s"), "x", "", ""}) == "catalog:2:2: x");
}

TEST_CASE("another kind of a oneof replaces the entry's, with its places") {
  auto const arrivals = overlaid<proto::Arrivals>("poisson { rate_per_s: 3 }", "gamma { rate_per_s: 2 cv: 1 }");
  CHECK(arrivals.message.ShortDebugString() == "gamma { rate_per_s: 2 cv: 1 }");
  CHECK(arrivals.tree.children.count({1, 0}) == 0);
  CHECK(to_string(Diagnostic{arrivals.where().child("gamma").field("cv"), "x", "", ""}) == "mine:1:23: x");
}

TEST_CASE("a repeated field is replaced whole, with its places") {
  auto const device = overlaid<proto::Device>("processors { name: 'a' slots: 2 }\nprocessors { name: 'b' }",
                                              "\n\nprocessors { name: 'c' }");
  CHECK(device.message.ShortDebugString() == "processors { name: \"c\" }");
  CHECK(to_string(Diagnostic{device.where().child("processors").field("name"), "x", "", ""}) == "mine:3:14: x");
  CHECK(device.tree.children.size() == 1);
  SECTION("and stays where nothing is given") {
    CHECK(overlaid<proto::Device>("processors { name: 'a' }", "count: 2").message.processors_size() == 1);
  }
}
