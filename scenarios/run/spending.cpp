#include "scenarios/run/spending.hpp"

#include <algorithm>

namespace coinfer {

Spending::Spending(Scenario const& scenario, std::vector<Exhaustion>& exhausted)
    : accounts_(source_accounts(scenario.workloads, scenario.budgets)), account_of_(scenario.workloads.size(), no_account) {
  for (std::uint32_t a = 0; a < accounts_.size(); ++a) {
    SourceAccount const& account = accounts_[a];
    ledgers_.emplace_back(account.composition, account.budget, [&exhausted, a](std::uint32_t member, Seconds now) {
      exhausted.push_back({now.value(), a, member});
    });
    scratch_.emplace_back(account.composition.mechanisms().size());
    for (SourceAccount::Entry const& entry : account.entries) account_of_[entry.workload] = a;
  }
}

bool Spending::allows(RequestRecord const& request, Seconds now) {
  std::uint32_t const a = account_of_[request.workload];
  if (a == no_account) return true;
  std::vector<std::uint64_t>& draws = scratch_[a];
  accounts_[a].count(request.workload, request.prompt_tokens, draws);
  return ledgers_[a].spend(request.member, draws, now);
}

std::vector<LedgerRecord> Spending::records() const {
  std::vector<LedgerRecord> records;
  for (Ledger const& ledger : ledgers_) records.push_back(ledger.record());
  return records;
}

}  // namespace coinfer
