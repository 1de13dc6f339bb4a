// What the privacy ledger says: ledger.csv, its part of summary.json, and a paragraph for people.
#include "scenarios/report/ledger_report.hpp"

#include "scenarios/report/readable.hpp"
#include "scenarios/report/report.hpp"
#include "sim/base/csv_line.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

constexpr int digits = 4;

std::string_view scale_of(LedgerResult const& ledger) { return ledger.per_distance ? "unit_of_distance" : "word"; }

std::optional<double> delta_of(LedgerResult const& ledger) { return ledger.budget ? ledger.budget->delta : std::nullopt; }

void write_epsilons(JsonWriter& json, LedgerResult const& ledger) {
  json.key("epsilon").begin_object();
  for (std::size_t t = 0; t < composition_theorems; ++t) {
    auto const theorem = static_cast<CompositionTheorem>(t);
    LedgerEpsilon const& epsilon = ledger.epsilon[t];
    json.key(to_string(theorem)).begin_object().field("worst", epsilon.worst).field("mean", epsilon.mean);
    if (epsilon.worst) {
      json.field("worst_user", epsilon.worst_user).field("citation", citation_of(theorem));
    } else {
      json.field("reason", epsilon.reason);
    }
    json.end_object();
  }
  json.end_object();
}

void write_budget(JsonWriter& json, std::optional<PrivacyBudget> const& budget) {
  json.key("budget");
  if (!budget) {
    json.null();
    return;
  }
  json.begin_object().field("epsilon", budget->epsilon).field("composition", to_string(budget->theorem));
  json.field("when_spent", budget->when_spent == WhenSpent::reject ? "reject" : "go_on").end_object();
}

/// "sequential 12.3 (laptop[4]), renyi 8.1 (laptop[4])"
std::string worst_totals(LedgerResult const& ledger) {
  std::string text;
  bool at_delta = false;
  for (std::size_t t = 0; t < composition_theorems; ++t) {
    LedgerEpsilon const& epsilon = ledger.epsilon[t];
    if (!epsilon.worst) continue;
    text += (text.empty() ? "" : ", ") + std::string(to_string(static_cast<CompositionTheorem>(t))) + " " +
            readable_number(*epsilon.worst, digits) + " ('" + epsilon.worst_user + "')";
    at_delta = at_delta || t > 0;
  }
  if (text.empty()) return "no total (" + ledger.epsilon[0].reason + ")";
  text = "at most epsilon " + text;
  if (ledger.per_distance) text += " per unit of distance";
  if (at_delta) text += " at delta " + shortest(*delta_of(ledger));
  return text;
}

}  // namespace

void write_privacy_ledger(JsonWriter& json, Results const& results) {
  json.key("privacy_ledger").begin_array();
  for (LedgerResult const& ledger : results.ledgers) {
    json.begin_object().field("source", ledger.source).field("epsilon_per", scale_of(ledger));
    json.field("delta", delta_of(ledger));
    write_budget(json, ledger.budget);
    json.field("users", std::uint64_t{ledger.users.size()}).field("exhausted_users", ledger.exhausted_users);
    json.field("requests_refused", ledger.refused).field("requests_over_budget", ledger.over_budget);
    json.field("first_exhausted_s", ledger.first_exhausted_s);
    write_epsilons(json, ledger);
    json.end_object();
  }
  json.end_array();
}

std::string ledger_csv(Results const& results) {
  std::string out = "# schema_version: " + std::to_string(schema_version) +
                    "\nsource,user,requests,refused,over_budget,draws,epsilon_per,epsilon_sequential,epsilon_advanced,"
                    "epsilon_renyi,delta,exhausted_at_s\n";
  CsvLine line(out);
  for (LedgerResult const& ledger : results.ledgers) {
    for (LedgerRow const& row : ledger.users) {
      line.text(ledger.source).text(row.user).count(row.requests).count(row.refused).count(row.over_budget);
      line.count(row.draws).text(scale_of(ledger));
      for (std::optional<double> const& epsilon : row.epsilon) line.number(epsilon);
      line.number(delta_of(ledger)).number(row.exhausted_at_s);
      line.end();
    }
  }
  return out;
}

std::string ledger_text(Results const& results) {
  if (results.ledgers.empty()) return "";
  std::string out = "\nWhat users gave away to private mechanisms\n";
  for (LedgerResult const& ledger : results.ledgers) {
    out += "  " + ledger.source + std::string(ledger.source.size() < 14 ? 14 - ledger.source.size() : 1, ' ');
    out += std::to_string(ledger.users.size()) + (ledger.users.size() == 1 ? " user" : " users") + ", " +
           worst_totals(ledger) + "\n";
    if (!ledger.budget) continue;
    out += "                budget " + readable_number(ledger.budget->epsilon, digits) + " (" +
           std::string(to_string(ledger.budget->theorem)) + "): ";
    if (ledger.exhausted_users == 0) {
      out += "enough for all\n";
      continue;
    }
    out += "not enough for " + std::to_string(ledger.exhausted_users) + " of them, first after " +
           readable_duration(*ledger.first_exhausted_s, digits) + "; " +
           std::to_string(ledger.budget->when_spent == WhenSpent::reject ? ledger.refused : ledger.over_budget) +
           (ledger.budget->when_spent == WhenSpent::reject ? " requests refused\n" : " requests went on over it\n");
  }
  return out;
}

}  // namespace coinfer
