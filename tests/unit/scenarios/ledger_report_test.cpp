// How the privacy ledger is told: absent values are empty, and the answer says for whom a budget did not suffice.
#include "scenarios/report/ledger_report.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

/// Two users of a fleet: one was refused a request after 90 s.
Results results_of(WhenSpent when_spent) {
  LedgerResult ledger;
  ledger.source = "laptop";
  ledger.budget = PrivacyBudget{DeviceId(0), 20, 1e-6, CompositionTheorem::renyi, when_spent};
  ledger.exhausted_users = 1;
  bool const reject = when_spent == WhenSpent::reject;
  (reject ? ledger.refused : ledger.over_budget) = 2;
  ledger.first_exhausted_s = 90.5;
  ledger.epsilon = {{{40, 25, "laptop[3]", ""}, {30.5, 20, "laptop[0]", ""}, {20.25, 15, "laptop[3]", ""}}};
  LedgerRow first{"laptop[0]", 2, 0, 0, 100, {10, 10, 9.75}, std::nullopt};
  LedgerRow second{"laptop[3]", 6, reject ? 2U : 0U, reject ? 0U : 2U, 400, {40, 30.5, 20.25}, 90.5};
  ledger.users = {first, second};
  Results results;
  results.ledgers.push_back(ledger);
  return results;
}

}  // namespace

TEST_CASE("ledger.csv has a row a user, with empty fields for what is absent") {
  CHECK(
      ledger_csv(results_of(WhenSpent::reject)) ==
      "# schema_version: 2\n"
      "source,user,requests,refused,over_budget,draws,epsilon_per,epsilon_sequential,epsilon_advanced,epsilon_renyi,delta,"
      "exhausted_at_s\n"
      "laptop,laptop[0],2,0,0,100,word,10,10,9.75,1e-06,\n"
      "laptop,laptop[3],6,2,0,400,word,40,30.5,20.25,1e-06,90.5\n");
  Results plain = results_of(WhenSpent::go_on);
  plain.ledgers[0].budget.reset();
  plain.ledgers[0].per_distance = true;
  plain.ledgers[0].users.resize(1);
  plain.ledgers[0].users[0].epsilon = {10, std::nullopt, std::nullopt};
  std::string const csv = ledger_csv(plain);
  CHECK(csv.substr(csv.find("laptop,")) == "laptop,laptop[0],2,0,0,100,unit_of_distance,10,,,,\n");
}

TEST_CASE("The answer tells the worst totals, and for whom a budget did not suffice") {
  CHECK(ledger_text(Results()).empty());
  CHECK(ledger_text(results_of(WhenSpent::reject)) ==
        "\nWhat users gave away to private mechanisms\n"
        "  laptop        2 users, at most epsilon sequential 40 ('laptop[3]'), advanced 30.5 ('laptop[0]'), renyi 20.25 "
        "('laptop[3]') at delta 1e-06\n"
        "                budget 20 (renyi): not enough for 1 of them, first after 90.5 s; 2 requests refused\n");
  std::string const went_on = ledger_text(results_of(WhenSpent::go_on));
  CHECK(went_on.find("first after 90.5 s; 2 requests went on over it\n") != std::string::npos);
  Results enough = results_of(WhenSpent::reject);
  enough.ledgers[0].exhausted_users = 0;
  CHECK(ledger_text(enough).find("budget 20 (renyi): enough for all\n") != std::string::npos);
}

TEST_CASE("summary.json has every theorem, with a citation or the reason why it says nothing") {
  Results results = results_of(WhenSpent::reject);
  results.ledgers[0].epsilon[1] = {std::nullopt, std::nullopt, "", "no delta is given"};
  JsonWriter json;
  json.begin_object();
  write_privacy_ledger(json, results);
  json.end_object();
  std::string const text = json.text();
  CHECK(text.find("\"requests_refused\": 2") != std::string::npos);
  CHECK(text.find("\"first_exhausted_s\": 90.5") != std::string::npos);
  CHECK(text.find("\"citation\": \"Dwork & Roth 2014, theorem 3.16\"") != std::string::npos);
  CHECK(text.find("\"reason\": \"no delta is given\"") != std::string::npos);
  CHECK(text.find("\"composition\": \"renyi\"") != std::string::npos);
}
