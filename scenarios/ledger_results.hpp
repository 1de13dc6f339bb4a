// What each source's members have given away over a run, and how much of their budgets is left.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "privacy/composition.hpp"
#include "privacy/score_epsilon.hpp"
#include "scenarios/run/run_record.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/source_accounts.hpp"

namespace coinfer {

/// One member that asked for draws.
struct LedgerRow {
  std::string user;  ///< "laptop[3]", or "laptop" where there is only one
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;
  std::uint64_t over_budget = 0;
  std::uint64_t draws = 0;                                            ///< of all mechanisms
  std::array<std::optional<double>, composition_theorems> epsilon{};  ///< by CompositionTheorem
  std::optional<double> exhausted_at_s;
};

/// Total epsilons by one theorem.
struct LedgerEpsilon {
  std::optional<double> worst;
  std::optional<double> mean;  ///< over the members that asked for draws
  std::string worst_user;      ///< the first of several; empty without a value
  std::string reason;          ///< why there is none; empty where there is
};

struct LedgerResult {
  std::string source;
  std::optional<PrivacyBudget> budget;
  bool per_distance = false;  ///< epsilons are per unit of distance, not of a word
  std::uint64_t exhausted_users = 0;
  std::uint64_t refused = 0;
  std::uint64_t over_budget = 0;
  std::optional<double> first_exhausted_s;
  std::array<LedgerEpsilon, composition_theorems> epsilon;  ///< by CompositionTheorem
  std::vector<LedgerRow> users;                             ///< ascending by member
};

/// One result an account. Throws RunError where a total is beyond the largest number.
std::vector<LedgerResult> ledger_results(std::span<SourceAccount const> accounts, Scenario const& scenario,
                                         RunRecord const& record);

/// What adversaries may have seen of it, by account; refers to accounts and record. Requests that never started count for
/// nobody's most.
std::vector<Released> released_by(std::span<SourceAccount const> accounts, Scenario const& scenario,
                                  RunRecord const& record);

}  // namespace coinfer
