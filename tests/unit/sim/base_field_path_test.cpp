#include <catch2/catch.hpp>

#include "scenarios/scenario.pb.h"
#include "sim/base/field_path.hpp"
#include "sim/base/text_proto.hpp"

using namespace coinfer;

namespace {

std::string const platform_text =
    "devices { name: 'phone' count: 3 processors { name: 'cpu' rates { gflop_per_s: 1 } rates { gflop_per_s: 2 } } }\n"
    "devices { name: 'cloud' }\n"
    "links { name: 'up' latency_ms: 1 }";

/// A catalogue after some assignments, and what was said about them.
template <class Message = proto::PlatformCatalog>
struct Assigned {
  explicit Assigned(std::string const& text = platform_text) {
    REQUIRE(parse_text_proto("a", text, located, diagnostics));
    before = located.message.ShortDebugString();
  }
  bool set(std::string const& assignment) { return set_field(located.message, located.tree, assignment, diagnostics); }

  Located<Message> located;
  Diagnostics diagnostics;
  std::string before;
};

/// The problem of an assignment, which must not have touched anything.
std::string problem(std::string const& assignment) {
  Assigned<> assigned;
  CHECK_FALSE(assigned.set(assignment));
  CHECK(assigned.located.message.ShortDebugString() == assigned.before);
  return assigned.diagnostics.text();
}

}  // namespace

TEST_CASE("a field is set by the names of the elements on its path, or by their index") {
  Assigned<> assigned;
  CHECK(assigned.set("devices[phone].count=7"));
  CHECK(assigned.set("devices[phone].processors[cpu].rates[1].gflop_per_s=2.5e3"));
  CHECK(assigned.set("devices[1].domain=cloud operator"));
  CHECK(assigned.set("links[0].name=\"down\""));
  CHECK(assigned.set("links[down].duplex=HALF"));
  CHECK(assigned.set("links[down].private=true"));
  CHECK(assigned.diagnostics.text().empty());
  auto const& catalog = assigned.located.message;
  CHECK(catalog.devices(0).count() == 7);
  CHECK(catalog.devices(0).processors(0).rates(0).gflop_per_s() == 1);
  CHECK(catalog.devices(0).processors(0).rates(1).gflop_per_s() == 2500);
  CHECK(catalog.devices(1).domain() == "cloud operator");
  CHECK(catalog.links(0).name() == "down");
  CHECK(catalog.links(0).duplex() == proto::Link::HALF);
  CHECK(catalog.links(0).private_());
}

TEST_CASE("what was set is found again at its argument, and what was not at its file") {
  Assigned<> assigned;
  REQUIRE(assigned.set("devices[phone].count=0"));
  Where const phone = assigned.located.where().child("devices");
  CHECK(to_string(Diagnostic{phone.field("count"), "count is 0", "must be at least 1", ""}) ==
        "--set devices[phone].count=0: count is 0 (must be at least 1)");
  CHECK(to_string(Diagnostic{phone.field("name"), "x", "", ""}) == "a:1:11: x");
}

TEST_CASE("an index one past the end appends, and messages on the path come into being") {
  Assigned<> assigned;
  CHECK(assigned.set("devices[2].name=edge"));
  CHECK(assigned.set("devices[edge].processors[0].rates[0].type=FP16"));
  CHECK(assigned.located.message.devices(2).ShortDebugString() == "name: \"edge\" processors { rates { type: FP16 } }");
  Assigned<proto::Workload> workload("name: 'w'");
  CHECK(workload.set("arrivals.poisson.rate_per_s=3"));
  CHECK(workload.located.message.ShortDebugString() == "name: \"w\" arrivals { poisson { rate_per_s: 3 } }");
}

TEST_CASE("a message in braces replaces a field whole") {
  Assigned<proto::Workload> workload("arrivals { closed_loop { users: 3 } }");
  CHECK(workload.set("arrivals={poisson{rate_per_s: 3}}"));
  CHECK(workload.located.message.ShortDebugString() == "arrivals { poisson { rate_per_s: 3 } }");
  CHECK(workload.located.where().child("arrivals").field("poisson").file == "--set arrivals={poisson{rate_per_s: 3}}");
  CHECK(workload.set("arrivals.gamma={rate_per_s: 1 cv: 2}"));
  CHECK(workload.located.message.ShortDebugString() == "arrivals { gamma { rate_per_s: 1 cv: 2 } }");
  CHECK(workload.diagnostics.ok());
  Assigned<> catalog;
  CHECK(catalog.set("devices[phone]={name: 'tablet'}"));
  CHECK(catalog.located.message.devices_size() == 2);
  CHECK(catalog.located.message.devices(0).ShortDebugString() == "name: \"tablet\"");
}

TEST_CASE("a list in brackets replaces a list whole") {
  Assigned<proto::Model> model("name: 'm' input_shape: [3, 64, 64]");
  CHECK(model.set("input_shape=[8]"));
  CHECK(model.set("input_shape[1]=9"));
  CHECK(model.set("input_shape[0]=7"));
  CHECK(model.located.message.ShortDebugString() == "name: \"m\" input_shape: 7 input_shape: 9");
  CHECK(model.located.where().field("input_shape", 1).file == "--set input_shape[1]=9");
}

TEST_CASE("a string may keep or leave its quotes, and may be empty or hold an equals sign") {
  Assigned<> assigned;
  CHECK(assigned.set("links[up].description=a=b [c]"));
  CHECK(assigned.located.message.links(0).description() == "a=b [c]");
  CHECK(assigned.set("links[up].description='it\\'s'"));
  CHECK(assigned.located.message.links(0).description() == "it's");
  CHECK(assigned.set("links[up].description="));
  CHECK(assigned.located.message.links(0).description().empty());
  CHECK(assigned.located.message.links(0).has_description());
}

TEST_CASE("a path that leads nowhere is told where it goes wrong") {
  CHECK(problem("devices[phone].coutn=3") ==
        "--set devices[phone].coutn=3: no field 'coutn' in Device did you mean 'count'?");
  CHECK(problem("devces[phone].count=3") ==
        "--set devces[phone].count=3: no field 'devces' in PlatformCatalog did you mean 'devices'?");
  CHECK(problem("devices[phon].count=3") ==
        "--set devices[phon].count=3: no element 'phon' in 'devices' did you mean 'phone'?");
  CHECK(problem("devices[phone].processors[0].rates[x].type=FP32") ==
        "--set devices[phone].processors[0].rates[x].type=FP32: no element 'x' in 'rates'");
  CHECK(problem("devices[3].count=3") == "--set devices[3].count=3: index 3 is out of range ('devices' has 2 elements)");
  CHECK(problem("links[99999999999999].to=x") ==
        "--set links[99999999999999].to=x: index 99999999999999 is out of range ('links' has 1 element)");
  CHECK(problem("devices.count=3") == "--set devices.count=3: 'devices' is a list: name an element, as in devices[phone]");
  CHECK(problem("devices[phone].processors[cpu].rates.type=FP32") ==
        "--set devices[phone].processors[cpu].rates.type=FP32: 'rates' is a list: name an element, as in rates[0]");
  CHECK(problem("devices[phone].count[0]=3") == "--set devices[phone].count[0]=3: 'count' is not a list");
  CHECK(problem("devices[phone].count.x=3") == "--set devices[phone].count.x=3: 'count' has no fields");
}

TEST_CASE("a path that cannot be read is told where it breaks off") {
  CHECK(problem("count") == "--set count: '=' is missing (expected PATH=VALUE)");
  CHECK(problem("=3") == "--set =3: a field name is missing");
  CHECK(problem("devices[phone].=3") == "--set devices[phone].=3: a field name is missing");
  CHECK(problem("devices[]=3") == "--set devices[]=3: a name or an index is missing");
  CHECK(problem("devices[phone]count=3") == "--set devices[phone]count=3: expected '.' or '=', got 'c'");
  Assigned<> assigned;
  CHECK_FALSE(set_field(assigned.located.message, assigned.located.tree, "devices[phone", "3", assigned.diagnostics));
  CHECK(assigned.diagnostics.text() == "--set devices[phone=3: '[' is not closed");
}

TEST_CASE("a value of the wrong type is told at its place in the assignment") {
  CHECK(problem("devices[phone].count=many") == "--set devices[phone].count=many: expected a whole number, got 'many'");
  CHECK(problem("devices[phone].count=-1") ==
        "--set devices[phone].count=-1: expected a whole number of at least 0, got '-1'");
  CHECK(problem("devices[phone].count=") == "--set devices[phone].count=: no value is given for 'count'");
  CHECK(problem("devices[phone].count=3 name: 'x'") ==
        "--set devices[phone].count=3 name: 'x': more than one value is given for 'count'");
  CHECK(problem("devices[phone].memory_gib=nan") ==
        "--set devices[phone].memory_gib=nan: memory_gib is not a finite number");
  CHECK(problem("devices[phone].memory_gib=1e400") ==
        "--set devices[phone].memory_gib=1e400: memory_gib is not a finite number");
  CHECK(problem("links[up].duplex=HALV") ==
        "--set links[up].duplex=HALV: unknown value 'HALV' for 'duplex' did you mean 'HALF'?");
  CHECK(problem("links[up].duplex=DUPLEX_UNSET") == "--set links[up].duplex=DUPLEX_UNSET: 'DUPLEX_UNSET' cannot be given");
  CHECK(problem("links[up]=3") == "--set links[up]=3: 'links' takes its fields in braces, as in {...}");
  CHECK(problem("links[up]={nam: 'x' latncy_ms: 3}") ==
        "--set links[up]={nam: 'x' latncy_ms: 3}: unknown field 'nam' did you mean 'name'?\n"
        "--set links[up]={nam: 'x' latncy_ms: 3}: unknown field 'latncy_ms' did you mean 'latency_ms'?");
}

TEST_CASE("two ways to write one field are the same path with indices") {
  Assigned<> assigned;
  auto path = [&](std::string const& written, std::string const& value = "1") {
    return indexed_path(assigned.located.message, written, value, assigned.diagnostics);
  };
  CHECK(path("devices[phone].processors[cpu].rates[1].gflop_per_s") == "devices[0].processors[0].rates[1].gflop_per_s");
  CHECK(path("devices[0].processors[cpu].rates[1].gflop_per_s") == "devices[0].processors[0].rates[1].gflop_per_s");
  CHECK(path("links[1]", "{}") == "links[1]");  // one to be appended
  CHECK(path("links", "[]") == "links");
  CHECK(assigned.diagnostics.ok());
  CHECK_FALSE(path("devices[phones].count").has_value());
  CHECK(assigned.diagnostics.text() ==
        "--set devices[phones].count=1: no element 'phones' in 'devices' did you mean 'phone'?");
  CHECK(assigned.located.message.ShortDebugString() == assigned.before);
}

TEST_CASE("an assignment is split at the first equals sign outside brackets") {
  using Parts = std::pair<std::string_view, std::string_view>;
  CHECK(split_assignment("a[x=y].b=c=d") == Parts("a[x=y].b", "c=d"));
  CHECK(split_assignment("a=") == Parts("a", ""));
  CHECK_FALSE(split_assignment("a[x=y]").has_value());
}
