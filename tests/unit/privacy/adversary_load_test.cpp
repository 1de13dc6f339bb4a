#include "privacy/adversary_load.hpp"

#include <catch2/catch.hpp>

#include "scenarios/scenario.pb.h"
#include "sim/base/text_proto.hpp"

using namespace coinfer;

namespace {

struct Loaded {
  std::vector<Adversary> adversaries;
  Diagnostics diagnostics;
};

Loaded load(std::string const& text) {
  static std::vector<std::string> const domains = {"user", "network operator", "cloud operator"};
  Loaded loaded;
  Located<proto::Scenario> scenario;
  REQUIRE(parse_text_proto("s.textproto", text, scenario, loaded.diagnostics));
  loaded.adversaries =
      load_adversaries(scenario.message.adversaries(), scenario.where(), "adversaries", domains, loaded.diagnostics);
  return loaded;
}

}  // namespace

TEST_CASE("Adversaries are loaded in the order of the scenario") {
  auto const loaded = load(
      "adversaries { name: 'cloud' domains: 'cloud operator' knowledge: BLACK_BOX }\n"
      "adversaries { name: 'all' domains: 'network operator' domains: 'cloud operator' knowledge: WHITE_BOX }\n"
      "adversaries { name: 'carrier' domains: 'network operator' knowledge: QUERY_FREE keeps: ONE_REQUEST }\n");
  CHECK(loaded.diagnostics.text().empty());
  REQUIRE(loaded.adversaries.size() == 3);
  CHECK(loaded.adversaries[0].name == "cloud");
  CHECK(loaded.adversaries[0].knowledge == Knowledge::black_box);
  CHECK(loaded.adversaries[1].domains == std::vector<std::string>{"network operator", "cloud operator"});
  CHECK(loaded.adversaries[1].knowledge == Knowledge::white_box);
  CHECK(loaded.adversaries[1].sees("cloud operator"));
  CHECK_FALSE(loaded.adversaries[1].sees("user"));
  CHECK(loaded.adversaries[2].knowledge == Knowledge::query_free);
  CHECK(loaded.adversaries[2].keeps == Keeps::one_request);
  CHECK(loaded.adversaries[0].keeps == Keeps::everything);
}

TEST_CASE("An adversary of an unknown trust domain is refused with a suggestion") {
  auto const loaded = load(
      "adversaries {\n"
      "  name: 'cloud'\n"
      "  domains: 'cloud operater'\n"
      "  domains: 'martians'\n"
      "  knowledge: BLACK_BOX\n"
      "}\n");
  CHECK(loaded.diagnostics.text() ==
        "s.textproto:3:3: unknown trust domain 'cloud operater' (no device or link of the scenario has it) did you mean "
        "'cloud "
        "operator'?\n"
        "s.textproto:4:3: unknown trust domain 'martians' (no device or link of the scenario has it)");
  CHECK(loaded.adversaries.empty());
}

TEST_CASE("A trust domain named twice by one adversary is refused") {
  auto const loaded = load(
      "adversaries {\n"
      "  name: 'cloud'\n"
      "  domains: 'user'\n"
      "  domains: 'user'\n"
      "  knowledge: BLACK_BOX\n"
      "}\n");
  CHECK(loaded.diagnostics.text() == "s.textproto:4:3: trust domain 'user' is named twice");
}

TEST_CASE("Two adversaries of one name are refused") {
  auto const loaded = load(
      "adversaries { name: 'cloud' domains: 'cloud operator' knowledge: BLACK_BOX }\n"
      "adversaries { name: 'cloud' domains: 'user' knowledge: BLACK_BOX }\n");
  CHECK(loaded.diagnostics.text() == "s.textproto:2:15: adversary 'cloud' is declared twice (first at line 1)");
  CHECK(loaded.adversaries.size() == 1);
}

TEST_CASE("An adversary that lacks a required field is left to the schema's rules") {
  auto const loaded = load(
      "adversaries { domains: 'user' knowledge: BLACK_BOX }\n"
      "adversaries { name: 'a' knowledge: BLACK_BOX }\n"
      "adversaries { name: 'b' domains: 'user' }\n"
      "adversaries { name: 'c' domains: 'user' knowledge: BLACK_BOX }\n");
  CHECK(loaded.diagnostics.text().empty());
  REQUIRE(loaded.adversaries.size() == 1);
  CHECK(loaded.adversaries[0].name == "c");
}
