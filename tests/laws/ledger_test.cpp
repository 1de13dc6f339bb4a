// Laws of the privacy ledger: on random scenarios its draws are those counted from the requests, a rejected request shows
// nothing, and the other laws hold with requests that are rejected.
#include <map>

#include "scenarios/run/run.hpp"
#include "tests/laws/samples.hpp"
#include "tests/laws/token_samples.hpp"

namespace coinfer::laws {

namespace {

/// Draws of a member, as the text of the scenario says them: its workloads' shares, word by word.
std::uint64_t draws_of(double share, std::uint32_t prompt_tokens) {
  // Counted without the code under test: the least number of words that is not below the share of them.
  std::uint64_t words = 0;
  while (static_cast<double>(words) < share * prompt_tokens * (1 - 1e-12)) ++words;
  return words;
}

struct Count {
  std::uint64_t draws = 0;
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;
};

/// By user, from the rows of requests.csv.
std::map<std::string, Count> recount(Scenario const& scenario, RequestLog const& requests) {
  std::map<std::string, Count> counts;
  for (RequestRecord const& request : requests) {
    Workload const& workload = scenario.workloads[request.workload];
    if (workload.protocol != "cmif" || workload.plan.releases.empty()) continue;
    Device const& source = scenario.platform.device(workload.source);
    Count& count = counts[source.count == 1 ? source.name : source.name + "[" + std::to_string(request.member) + "]"];
    ++count.requests;
    if (request.outcome == Outcome::rejected) {
      ++count.refused;
    } else {
      count.draws += draws_of(workload.plan.releases.front().share, request.prompt_tokens);
    }
  }
  return counts;
}

/// Law 1, 2 and 13 for requests of which some are rejected.
void check_life(Results const& results) {
  std::array<std::uint64_t, outcome_count> outcomes{};
  for (RequestRecord const& request : results.record.requests) {
    ++outcomes[static_cast<std::size_t>(request.outcome)];
    if (request.outcome != Outcome::rejected) continue;
    REQUIRE(request.start_s < 0);
    REQUIRE(request.first_token_s < 0);
    REQUIRE(request.end_s == request.arrival_s);
    REQUIRE(request.attempts == 0);
    for (double const part_s : request.parts_s) REQUIRE(part_s == 0);
  }
  CHECK(results.all.outcomes == outcomes);
}

}  // namespace

TEST_CASE("Law: the ledger's draws are those of the requests that were let in, user by user") {
  std::uint64_t releasing = 0;
  std::uint64_t refused = 0;
  for_each_sample([&](Sample const& sample) {
    if (sample.results.ledgers.empty()) return;
    // The same scenario with about half of what its users gave away, and told to refuse or to go on.
    Scenario bounded = sample.scenario;
    bool const reject = sample.seed % 3 != 0;
    for (LedgerResult const& ledger : sample.results.ledgers) {
      if (!ledger.epsilon[0].worst) continue;
      PrivacyBudget budget;
      for (Workload const& workload : bounded.workloads) {
        if (bounded.platform.device(workload.source).name == ledger.source) budget.source = workload.source;
      }
      budget.epsilon = *ledger.epsilon[0].worst / 2;
      budget.delta = 1e-5;
      budget.theorem = static_cast<CompositionTheorem>(sample.seed / 3 % 3);
      budget.when_spent = reject ? WhenSpent::reject : WhenSpent::go_on;
      bounded.budgets.push_back(budget);
    }
    for (Scenario const* scenario : {&sample.scenario, static_cast<Scenario const*>(&bounded)}) {
      Results const results = run(*scenario);
      check_life(results);
      auto const counts = recount(*scenario, results.record.requests);
      std::size_t users = 0;
      for (LedgerResult const& ledger : results.ledgers) {
        for (LedgerRow const& row : ledger.users) {
          INFO(row.user);
          ++users;
          REQUIRE(counts.contains(row.user));
          REQUIRE(row.draws == counts.at(row.user).draws);
          REQUIRE(row.requests == counts.at(row.user).requests);
          REQUIRE(row.refused == counts.at(row.user).refused);
          REQUIRE((row.refused == 0 || row.exhausted_at_s));
          if (ledger.budget && reject) {
            auto const spent = row.epsilon[static_cast<std::size_t>(ledger.budget->theorem)];
            REQUIRE(spent.value() <= ledger.budget->epsilon * (1 + 1e-9));
          }
          refused += row.refused;
          ++releasing;
        }
      }
      REQUIRE(users == counts.size());
    }
  });
  CHECK(releasing > 40);
  CHECK(refused > 12);
}

TEST_CASE("Law: a rejected request shows nothing, and what the others show is as if it had not come") {
  // 10 words of epsilon 1 each, one request at a time, thinking for a second: two fit a budget of 25, three do not.
  auto const results_of = [](std::string const& budget, std::string const& stop) {
    return run(scenario_of(token_tiers(
        token_workload(cmif_of("SERVER_EMBEDS"), "4", "closed_loop { users: 1 think_s { constant { value: 1 } } }") +
        budget + stop)));
  };
  Results const bounded = results_of("privacy_budgets { source: \"phone\" epsilon: 25 }\n", "stop { requests: 5 }\n");
  Results const two = results_of("", "stop { requests: 2 }\n");
  CHECK(bounded.all.outcomes[static_cast<std::size_t>(Outcome::rejected)] == 3);
  CHECK(bounded.all.outcomes[static_cast<std::size_t>(Outcome::completed)] == 2);
  REQUIRE(bounded.exposures.size() == two.exposures.size());
  for (std::size_t i = 0; i < two.exposures.size(); ++i) {
    CHECK(bounded.exposures[i].tensor == two.exposures[i].tensor);
    CHECK(bounded.exposures[i].count == two.exposures[i].count);
  }
  REQUIRE(bounded.ledgers.size() == 1);
  LedgerResult const& ledger = bounded.ledgers.front();
  CHECK(ledger.refused == 3);
  CHECK(ledger.exhausted_users == 1);
  CHECK(ledger.epsilon[0].worst == 20.0);
  CHECK(ledger.users.front().draws == 20);
  // The third came a second after the second had ended, and the user went on asking every second.
  RequestLog const& requests = bounded.record.requests;
  CHECK(ledger.first_exhausted_s == requests[2].arrival_s);
  CHECK(requests[2].arrival_s == requests[1].end_s + 1);
  CHECK(requests[4].arrival_s == requests[2].arrival_s + 2);
}

TEST_CASE("Law: a refused user who does not think leaves, and the run ends") {
  Results const results =
      run(scenario_of(token_tiers(token_workload(cmif_of("SERVER_EMBEDS"), "4", "closed_loop { users: 3 }") +
                                  "privacy_budgets { source: \"phone\" epsilon: 45 }\nstop { duration_s: 1000 }\n")));
  // The three are members of one device and share its budget: four requests fit, then each asks once more in vain.
  CHECK(results.all.outcomes[static_cast<std::size_t>(Outcome::completed)] == 4);
  CHECK(results.all.outcomes[static_cast<std::size_t>(Outcome::rejected)] == 3);
  CHECK(results.record.requests.size() == 7);
}

TEST_CASE("Law: with a budget that goes on everything runs, and what is over it is counted") {
  Results const results = run(scenario_of(
      token_tiers(token_workload(cmif_of("CLIENT_EMBEDS"), "4", "closed_loop { users: 1 }") +
                  "privacy_budgets { source: \"phone\" epsilon: 25 when_spent: GO_ON }\nstop { requests: 5 }\n")));
  CHECK(results.all.outcomes[static_cast<std::size_t>(Outcome::completed)] == 5);
  CHECK(results.ledgers.front().over_budget == 3);
  CHECK(results.ledgers.front().refused == 0);
  CHECK(results.ledgers.front().epsilon[0].worst == 50.0);
}

TEST_CASE("Law: ledgers cross from a child process unchanged") {
  Results const results = run(scenario_of(token_tiers(token_workload(cmif_of("SERVER_EMBEDS")) +
                                                      "privacy_budgets { source: \"phone\" epsilon: 25 }\n"
                                                      "stop { requests: 5 }\n")));
  RunRecord const back = unpack(pack(results.record));
  REQUIRE(back.ledgers.size() == 1);
  CHECK(back.ledgers[0].draws == results.record.ledgers[0].draws);
  REQUIRE(back.ledgers[0].members.size() == 1);
  CHECK(back.ledgers[0].members[0].requests == results.record.ledgers[0].members[0].requests);
  CHECK(back.ledgers[0].members[0].refused == results.record.ledgers[0].members[0].refused);
  REQUIRE(back.exhaustions.size() == 1);
  CHECK(back.exhaustions[0].time_s == results.record.exhaustions[0].time_s);
}

}  // namespace coinfer::laws
