// The ledger: what fits a budget, what happens when it does not, and who hears of it.
#include "privacy/ledger.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace coinfer;

namespace {

using Draws = std::vector<std::uint64_t>;

Mechanism noisy_max(double epsilon) { return {MechanismKind::report_noisy_max, epsilon, {}}; }

PrivacyBudget budget_of(double epsilon, WhenSpent when_spent = WhenSpent::reject) {
  PrivacyBudget budget;
  budget.epsilon = epsilon;
  budget.when_spent = when_spent;
  return budget;
}

/// Exhaustions as "member@time".
struct Heard {
  std::vector<std::string> events;
  Ledger::Exhausted listener() {
    return [this](std::uint32_t member, Seconds now) {
      events.push_back(std::to_string(member) + "@" + std::to_string(static_cast<int>(now.value())));
    };
  }
};

}  // namespace

TEST_CASE("a ledger refuses what does not fit, lets in a smaller request, and tells once") {
  Heard heard;
  Ledger ledger(Composition({noisy_max(0.5)}, std::nullopt), budget_of(10), heard.listener());
  CHECK(ledger.spend(3, Draws{12}, Seconds(1)));       // 6
  CHECK_FALSE(ledger.spend(3, Draws{9}, Seconds(2)));  // 10.5 would be too much
  CHECK(ledger.spend(3, Draws{8}, Seconds(3)));        // exactly 10
  CHECK_FALSE(ledger.spend(3, Draws{1}, Seconds(4)));  // nothing is left
  CHECK(ledger.spend(0, Draws{20}, Seconds(5)));       // another member has an account of its own
  CHECK_FALSE(ledger.spend(0, Draws{1}, Seconds(6)));
  CHECK(heard.events == std::vector<std::string>{"3@2", "0@6"});
  LedgerRecord const record = ledger.record();
  REQUIRE(record.members.size() == 2);
  CHECK(record.members[0].member == 0);
  CHECK(record.members[1].member == 3);
  CHECK(record.members[1].requests == 4);
  CHECK(record.members[1].refused == 2);
  CHECK(record.members[1].over_budget == 0);
  CHECK(record.members[1].exhausted);
  CHECK(record.draws_of(0)[0] == 20);
  CHECK(record.draws_of(1)[0] == 20);
}

TEST_CASE("a budget that is a multiple of a draw's is spent to its last draw, whatever sums round to") {
  Ledger ledger(Composition({noisy_max(0.1), noisy_max(0.2)}, std::nullopt), budget_of(0.3), {});
  CHECK(ledger.spend(0, Draws{1, 0}, Seconds(0)));
  CHECK(ledger.spend(0, Draws{0, 1}, Seconds(0)));  // 0.1 + 0.2 > 0.3 in doubles
  CHECK_FALSE(ledger.spend(0, Draws{1, 0}, Seconds(0)));
}

TEST_CASE("a ledger that goes on counts what is over the budget, and books it") {
  Heard heard;
  Ledger ledger(Composition({noisy_max(1)}, std::nullopt), budget_of(5, WhenSpent::go_on), heard.listener());
  for (int i = 1; i <= 4; ++i) CHECK(ledger.spend(0, Draws{2}, Seconds(i)));
  CHECK(heard.events == std::vector<std::string>{"0@3"});
  LedgerRecord const record = ledger.record();
  CHECK(record.members[0].requests == 4);
  CHECK(record.members[0].refused == 0);
  CHECK(record.members[0].over_budget == 2);
  CHECK(record.draws_of(0)[0] == 8);
}

TEST_CASE("without a budget draws are booked all the same") {
  Ledger ledger(Composition({noisy_max(1)}, std::nullopt), std::nullopt, {});
  for (int i = 0; i < 1000; ++i) REQUIRE(ledger.spend(7, Draws{1'000'000'000}, Seconds(0)));
  CHECK(ledger.record().draws_of(0)[0] == 1'000'000'000'000);
  CHECK_FALSE(ledger.record().members[0].exhausted);
}

TEST_CASE("the same budget lasts longer by a sharper theorem, to the draw at which that theorem exceeds it") {
  double const delta = 1e-6;
  Composition const composition({noisy_max(0.05)}, delta);
  std::uint64_t before = 0;
  for (CompositionTheorem const theorem :
       {CompositionTheorem::sequential, CompositionTheorem::advanced, CompositionTheorem::renyi}) {
    PrivacyBudget budget = budget_of(10);
    budget.delta = delta;
    budget.theorem = theorem;
    Ledger ledger(composition, budget, {});
    std::uint64_t draws = 0;
    while (ledger.spend(0, Draws{1}, Seconds(0))) ++draws;
    CAPTURE(to_string(theorem), draws);
    CHECK(draws > before);
    CHECK(*composition.epsilon(theorem, Draws{draws}) <= 10 * (1 + 1e-12));
    CHECK(*composition.epsilon(theorem, Draws{draws + 1}) > 10);
    before = draws;
  }
}
