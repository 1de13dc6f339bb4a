#include "privacy/budget_load.hpp"

#include <algorithm>
#include <map>

#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

CompositionTheorem theorem_from(proto::PrivacyBudget::Composition composition) {
  switch (composition) {
    case proto::PrivacyBudget::ADVANCED:
      return CompositionTheorem::advanced;
    case proto::PrivacyBudget::RENYI:
      return CompositionTheorem::renyi;
    default:
      return CompositionTheorem::sequential;
  }
}

/// The source a budget is of, or null.
BudgetSource const* find_source(std::string const& name, Where const& where, std::span<BudgetSource const> sources,
                                Diagnostics& diagnostics) {
  auto const found =
      std::find_if(sources.begin(), sources.end(), [&](BudgetSource const& source) { return source.name == name; });
  if (found != sources.end()) return &*found;
  std::vector<std::string> names;
  for (BudgetSource const& source : sources) names.push_back(source.name);
  diagnostics.add(where.field("source"), "'" + name + "' is no workload's source", "a budget is of who sends requests",
                  did_you_mean(name, names));
  return nullptr;
}

/// Whether the theorem of a budget says something about the mechanisms of its source.
bool check_theorem(proto::PrivacyBudget const& message, PrivacyBudget const& budget, BudgetSource const& source,
                   Where const& where, Diagnostics& diagnostics) {
  if (source.mechanisms.empty()) {
    diagnostics.add(where.field("source"), "no request of '" + source.name + "' draws from a private mechanism",
                    "there is nothing that the budget would bound");
    return false;
  }
  std::string const reason = Composition(source.mechanisms, budget.delta).reason_against(budget.theorem);
  if (reason.empty()) return true;
  bool const needs_delta = budget.theorem != CompositionTheorem::sequential && !budget.delta;
  std::string const theorem = proto::PrivacyBudget::Composition_Name(
      message.has_composition() ? message.composition() : proto::PrivacyBudget::SEQUENTIAL);
  bool const per_distance = Composition(source.mechanisms, budget.delta).per_distance();
  if (needs_delta && !per_distance) {
    diagnostics.add(where.field("composition"), "composition " + theorem + " needs a delta",
                    "its epsilon holds but with that probability");
  } else {
    diagnostics.add(where.field(message.has_composition() ? "composition" : "source"),
                    "composition " + theorem + " says nothing about the requests of '" + source.name + "'",
                    reason + "; SANTEXT_PLUS with a vector_diameter has a budget of a word");
  }
  return false;
}

}  // namespace

std::vector<PrivacyBudget> load_budgets(google::protobuf::RepeatedPtrField<proto::PrivacyBudget> const& messages,
                                        Where const& parent, std::string_view field, std::span<BudgetSource const> sources,
                                        Diagnostics& diagnostics) {
  std::vector<PrivacyBudget> budgets;
  std::map<std::string, int> line_of;
  for (int i = 0; i < messages.size(); ++i) {
    proto::PrivacyBudget const& message = messages[i];
    Where const where = parent.child(field, i);
    if (message.source().empty() || !message.has_epsilon()) continue;
    BudgetSource const* const source = find_source(message.source(), where, sources, diagnostics);
    if (source == nullptr) continue;
    Location const named = where.field("source");
    auto const [first, is_new] = line_of.emplace(message.source(), named.line);
    if (!is_new) {
      diagnostics.add(named, "source '" + message.source() + "' has two budgets",
                      "the first is at line " + std::to_string(first->second));
      continue;
    }
    PrivacyBudget budget{source->device, message.epsilon(), std::nullopt, theorem_from(message.composition()),
                         message.when_spent() == proto::PrivacyBudget::GO_ON ? WhenSpent::go_on : WhenSpent::reject};
    if (message.has_delta() && message.delta() > 0 && message.delta() < 1) budget.delta = message.delta();
    if (message.has_delta() && !budget.delta) continue;  // `check_rules` has said so
    if (check_theorem(message, budget, *source, where, diagnostics)) budgets.push_back(budget);
  }
  return budgets;
}

}  // namespace coinfer
