#include <catch2/catch.hpp>

#include "platforms/platforms.pb.h"
#include "sim/base/text_proto.hpp"
#include "workloads/workloads.pb.h"

using namespace coinfer;

namespace {

/// What the parser says about a text, all of it.
template <class Message>
std::string problems(std::string const& text) {
  Located<Message> located;
  Diagnostics diagnostics;
  bool const ok = parse_text_proto("a.textproto", text, located, diagnostics);
  REQUIRE(ok == diagnostics.ok());
  return diagnostics.text();
}

std::string place(Location const& location) {
  return location.file + ':' + std::to_string(location.line) + ':' + std::to_string(location.column);
}

}  // namespace

TEST_CASE("every field knows its place, at any depth") {
  Located<proto::PlatformCatalog> located;
  Diagnostics diagnostics;
  std::string const text =
      "# a comment\n"
      "devices {\n"
      "  name: \"phone\"\n"
      "\tprocessors { name: \"cpu\" kind: CPU\n"
      "    rates { type: FP32 gflop_per_s: 1 } rates { type: FP16\r\n"
      "      gflop_per_s: 2 } }\n"
      "}\n";
  REQUIRE(parse_text_proto("a.textproto", text, located, diagnostics));
  Where const root = located.where();
  REQUIRE(place(root.here()) == "a.textproto:0:0");
  Where const device = root.child("devices");
  CHECK(place(device.here()) == "a.textproto:2:1");
  CHECK(place(device.field("name")) == "a.textproto:3:3");
  Where const processor = device.child("processors");
  CHECK(place(processor.here()) == "a.textproto:4:2");
  CHECK(place(processor.field("kind")) == "a.textproto:4:27");
  CHECK(place(processor.field("rates", 1)) == "a.textproto:5:41");
  CHECK(place(processor.child("rates", 1).field("gflop_per_s")) == "a.textproto:6:7");
  SECTION("an absent field stands where its message does, an absent message where its parent does") {
    CHECK(place(processor.field("slots")) == "a.textproto:4:2");
    CHECK(place(root.child("links", 3).field("name")) == "a.textproto:0:0");
    CHECK(place(device.child("processors", 7).child("rates", 2).field("type")) == "a.textproto:2:1");
  }
}

TEST_CASE("the elements of a short list know their places, also between single ones") {
  Located<proto::Layer> located;
  Diagnostics diagnostics;
  std::string const text =
      "inputs: 'a'\n"
      "inputs: [ 'b,]', # ] not the end\n"
      "  \"c\\\"\", 'd' ]\n"
      "inputs: []\n"
      "inputs: 'e'\n";
  REQUIRE(parse_text_proto("a", text, located, diagnostics));
  REQUIRE(located.message.inputs_size() == 5);
  char const* const expected[] = {"a:1:1", "a:2:11", "a:3:3", "a:3:10", "a:5:1"};
  for (int i = 0; i < 5; ++i) CHECK(place(located.where().field("inputs", i)) == expected[i]);
}

TEST_CASE("the messages of a short list know their places and those of their fields") {
  Located<proto::Device> located;
  Diagnostics diagnostics;
  REQUIRE(parse_text_proto("a", "processors: [{name: 'x'}, {name: 'y'},\n <slots: 1>]", located, diagnostics));
  CHECK(place(located.where().field("processors", 1)) == "a:1:27");
  CHECK(place(located.where().child("processors", 1).field("name")) == "a:1:28");
  CHECK(place(located.where().child("processors", 2).field("slots")) == "a:2:3");
}

TEST_CASE("all unknown fields are reported at once, each with the nearest field of its own message") {
  CHECK(problems<proto::PlatformCatalog>("devces { name: 'a' }\n"
                                         "devices {\n"
                                         "\tnam: 'x' # nam\n"
                                         "  cont : 3\n"
                                         "  processors { rats { x: 1 } }\n"
                                         "}\n"
                                         "qqq: [1, 2]\n") ==
        "a.textproto:1:1: unknown field 'devces' did you mean 'devices'?\n"
        "a.textproto:3:2: unknown field 'nam' did you mean 'name'?\n"
        "a.textproto:4:3: unknown field 'cont' did you mean 'count'?\n"
        "a.textproto:5:16: unknown field 'rats' did you mean 'rates'?\n"
        "a.textproto:7:1: unknown field 'qqq'");
}

TEST_CASE("an unknown extension is an unknown field") {
  CHECK(problems<proto::Device>("[foo.bar]: 3") == "a.textproto:1:2: unknown field '[foo.bar]'");
}

TEST_CASE("an unknown enum value is reported with the nearest value of that very enum") {
  CHECK(problems<proto::Device>("processors { kind: CPUU }") ==
        "a.textproto:1:20: unknown value 'CPUU' for 'kind' did you mean 'CPU'?");
  CHECK(problems<proto::Device>("processors: [{kind: CPU}, {rates: {type: FP31}}]\ncount: 3") ==
        "a.textproto:1:42: unknown value 'FP31' for 'type' (the rest of the file was not read) did you mean 'FP32'?");
  CHECK(problems<proto::Device>("processors { kind: 7 }") == "a.textproto:1:20: unknown value '7' for 'kind'");
  SECTION("the value that stands for absence is neither suggested nor taken") {
    CHECK(problems<proto::Device>("processors { kind: KIND_UNSE }") ==
          "a.textproto:1:20: unknown value 'KIND_UNSE' for 'kind'");
    CHECK(problems<proto::Device>("processors { kind: KIND_UNSET }") == "a.textproto:1:14: 'KIND_UNSET' cannot be given");
    CHECK(problems<proto::Device>("processors { kind: 0 }") == "a.textproto:1:14: 'KIND_UNSET' cannot be given");
  }
}

TEST_CASE("numbers that are not finite are problems, which protobuf takes for numbers") {
  CHECK(problems<proto::Device>("memory_gib: nan\nprice_usd_per_hour: 1e400\naes_gcm_gbit_per_s: -inf") ==
        "a.textproto:1:1: memory_gib is not a finite number\n"
        "a.textproto:2:1: price_usd_per_hour is not a finite number\n"
        "a.textproto:3:1: aes_gcm_gbit_per_s is not a finite number");
}

TEST_CASE("what is given twice is a problem") {
  CHECK(problems<proto::Device>("name: 'a'\nname: 'b'\ncount: 3") ==
        "a.textproto:2:1: field 'name' is given twice (the rest of the file was not read)");
  CHECK(problems<proto::Arrivals>("poisson { rate_per_s: 1 }\nfixed_rate { rate_per_s: 1 }") ==
        "a.textproto:2:1: 'fixed_rate' is given beside 'poisson', but only one 'kind' may be (the rest of the file was not "
        "read)");
}

TEST_CASE("a value of the wrong type is reported in plain words") {
  CHECK(problems<proto::Device>("count: -1") == "a.textproto:1:8: expected a whole number of at least 0, got '-1'");
  CHECK(problems<proto::Device>("count: 4294967296") == "a.textproto:1:8: integer out of range (4294967296)");
  CHECK(problems<proto::Device>("count: 1.5") == "a.textproto:1:8: expected a whole number, got '1.5'");
  CHECK(problems<proto::Device>("count: ") == "a.textproto:1:8: expected a whole number, got the end");
  CHECK(problems<proto::Device>("memory_gib: abc") == "a.textproto:1:13: expected a number, got 'abc'");
  CHECK(problems<proto::Device>("memory_gib: 0x10") == "a.textproto:1:13: expected a decimal number, got '0x10'");
  CHECK(problems<proto::Device>("name: abc") == "a.textproto:1:7: expected a text in quotes, got 'abc'");
  CHECK(problems<proto::Link>("private: maybe") == "a.textproto:1:10: 'maybe' for 'private' is neither true nor false");
  CHECK(problems<proto::Device>("processors: 3") == "a.textproto:1:13: expected '{', got '3'");
}

TEST_CASE("a syntax error ends the list, says so, and keeps what was found before it") {
  CHECK(problems<proto::Device>("nam: 'x'\ncount 3\nus: 'y'") ==
        "a.textproto:1:1: unknown field 'nam' did you mean 'name'?\n"
        "a.textproto:2:7: expected ':', got '3' (the rest of the file was not read)");
  CHECK(problems<proto::Device>("count: 3\n$") == "a.textproto:2:1: expected a field name, got '$'");
  CHECK(problems<proto::Device>("}") == "a.textproto:1:1: expected a field name, got '}'");
  CHECK(problems<proto::Device>("count") == "a.textproto:1:6: expected ':', got the end");
  SECTION("an error inside a word does not end it") {
    CHECK(problems<proto::Device>("name: '\\q'\nus: 'y'") ==
          "a.textproto:1:9: invalid escape sequence in string literal\n"
          "a.textproto:2:1: unknown field 'us' did you mean 'use'?");
  }
}

TEST_CASE("a brace that is missing is told, and a field that stands too deep because of it") {
  CHECK(problems<proto::Device>("processors { name: 'x'") ==
        "a.textproto:1:23: '}' is missing at the end, 'processors' is still open");
  CHECK(problems<proto::PlatformCatalog>("devices { processors { name: 'x'\n memory_gib: 3 }\nlinks { name: 'y' }") ==
        "a.textproto:2:2: unknown field 'memory_gib' (it is a field of Device, not of Processor) is a '}' missing before "
        "it?\n"
        "a.textproto:3:1: unknown field 'links' (it is a field of PlatformCatalog, not of Device) is a '}' missing before "
        "it?\n"
        "a.textproto:3:20: '}' is missing at the end, 'devices' is still open");
}

TEST_CASE("a text in quotes ends on its line") {
  CHECK(problems<proto::Device>("name: 'x\ncount: 3") == "a.textproto:1:9: a text in quotes does not end on its line");
}

TEST_CASE("nesting without end is refused, not followed") {
  std::string braces, brackets = "x: ";
  for (int i = 0; i < 200000; ++i) {
    braces += "x {";
    brackets += '[';
  }
  for (std::string const& text : {braces, brackets}) {
    CHECK_THAT(problems<proto::Device>(text),
               Catch::Contains("message is too deep, the parser exceeded the configured "
                               "recursion limit of 100 (the rest of the file was not read)"));
  }
}

TEST_CASE("an empty text is a message without fields") { CHECK(problems<proto::Device>(" # nothing\n").empty()); }
