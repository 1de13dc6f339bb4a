#include "privacy/budget_load.hpp"

#include <catch2/catch.hpp>

#include "scenarios/scenario.pb.h"
#include "sim/base/text_proto.hpp"

using namespace coinfer;

namespace {

struct Loaded {
  std::vector<PrivacyBudget> budgets;
  Diagnostics diagnostics;
};

/// 'laptop' draws by report-noisy-max, 'phone' by a metric mechanism per unit of distance, 'tablet' by both, 'camera' not.
Loaded load(std::string const& text) {
  Mechanism const noisy_max{MechanismKind::report_noisy_max, 1, {}};
  Mechanism const metric{MechanismKind::metric, 1, {}};
  std::vector<BudgetSource> const sources = {{"laptop", DeviceId(0), {noisy_max}},
                                             {"phone", DeviceId(1), {metric}},
                                             {"tablet", DeviceId(2), {noisy_max, metric}},
                                             {"camera", DeviceId(3), {}}};
  Loaded loaded;
  Located<proto::Scenario> scenario;
  REQUIRE(parse_text_proto("s.textproto", text, scenario, loaded.diagnostics));
  loaded.budgets =
      load_budgets(scenario.message.privacy_budgets(), scenario.where(), "privacy_budgets", sources, loaded.diagnostics);
  return loaded;
}

}  // namespace

TEST_CASE("Budgets are loaded with the plain sum and refusal where nothing else is said") {
  auto const loaded = load(
      "privacy_budgets { source: 'laptop' epsilon: 5 delta: 1e-6 composition: RENYI when_spent: GO_ON }\n"
      "privacy_budgets { source: 'phone' epsilon: 7 }");
  CHECK(loaded.diagnostics.text().empty());
  REQUIRE(loaded.budgets.size() == 2);
  CHECK(loaded.budgets[0].source == DeviceId(0));
  CHECK(loaded.budgets[0].epsilon == 5);
  CHECK(loaded.budgets[0].delta == 1e-6);
  CHECK(loaded.budgets[0].theorem == CompositionTheorem::renyi);
  CHECK(loaded.budgets[0].when_spent == WhenSpent::go_on);
  CHECK_FALSE(loaded.budgets[1].delta);
  CHECK(loaded.budgets[1].theorem == CompositionTheorem::sequential);
  CHECK(loaded.budgets[1].when_spent == WhenSpent::reject);
}

TEST_CASE("A budget that bounds nothing, or by a theorem that says nothing, is refused") {
  auto const text_of = [](std::string const& text) { return load(text).diagnostics.text(); };
  CHECK(text_of("privacy_budgets { source: 'laptp' epsilon: 5 }") ==
        "s.textproto:1:19: 'laptp' is no workload's source (a budget is of who sends requests) did you mean 'laptop'?");
  CHECK(text_of("privacy_budgets { source: 'laptop' epsilon: 5 }\nprivacy_budgets { source: 'laptop' epsilon: 6 }") ==
        "s.textproto:2:19: source 'laptop' has two budgets (the first is at line 1)");
  CHECK(text_of("privacy_budgets { source: 'camera' epsilon: 5 }") ==
        "s.textproto:1:19: no request of 'camera' draws from a private mechanism (there is nothing that the budget would "
        "bound)");
  CHECK(text_of("privacy_budgets { source: 'laptop' epsilon: 5 composition: RENYI }") ==
        "s.textproto:1:47: composition RENYI needs a delta (its epsilon holds but with that probability)");
  CHECK(text_of("privacy_budgets { source: 'phone' epsilon: 5 delta: 1e-6 composition: ADVANCED }") ==
        "s.textproto:1:58: composition ADVANCED says nothing about the requests of 'phone' (a budget per unit of distance "
        "adds up by the plain sum only; SANTEXT_PLUS with a vector_diameter has a budget of a word)");
  CHECK(
      text_of("privacy_budgets { source: 'tablet' epsilon: 5 }") ==
      "s.textproto:1:19: composition SEQUENTIAL says nothing about the requests of 'tablet' (budgets of a word and budgets "
      "per unit of distance do not add up; SANTEXT_PLUS with a vector_diameter has a budget of a word)");
  // Of a message that lacks what is required, or has a bad delta, the rules have said so.
  CHECK(text_of("privacy_budgets { epsilon: 5 }\nprivacy_budgets { source: 'laptop' }").empty());
  CHECK(load("privacy_budgets { source: 'laptop' epsilon: 5 delta: 2 }").budgets.empty());
}
