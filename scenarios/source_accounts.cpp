#include "scenarios/source_accounts.hpp"

#include <algorithm>

namespace coinfer {

void SourceAccount::count(std::uint32_t workload, std::uint32_t prompt_tokens, std::span<std::uint64_t> draws) const {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    draws[i] = entries[i].workload == workload ? entries[i].release.draws(prompt_tokens) : 0;
  }
}

std::vector<SourceAccount> source_accounts(std::span<Workload const> workloads, std::span<PrivacyBudget const> budgets) {
  std::vector<SourceAccount> accounts;
  for (Workload const& first : workloads) {
    auto const known = [&](SourceAccount const& account) { return account.source == first.source; };
    if (first.plan.releases.empty() || std::any_of(accounts.begin(), accounts.end(), known)) continue;
    std::vector<SourceAccount::Entry> entries;
    std::vector<Mechanism> mechanisms;
    for (std::uint32_t w = 0; w < workloads.size(); ++w) {
      if (workloads[w].source != first.source) continue;
      for (Release const& release : workloads[w].plan.releases) {
        entries.push_back({w, release});
        mechanisms.push_back(release.mechanism);
      }
    }
    auto const given = std::find_if(budgets.begin(), budgets.end(),
                                    [&](PrivacyBudget const& budget) { return budget.source == first.source; });
    std::optional<PrivacyBudget> const budget = given == budgets.end() ? std::nullopt : std::optional(*given);
    std::optional<double> const delta = budget ? budget->delta : std::nullopt;
    accounts.push_back({first.source, std::move(entries), Composition(std::move(mechanisms), delta), budget});
  }
  return accounts;
}

std::vector<BudgetSource> budget_sources(Platform const& platform, std::span<Workload const> workloads) {
  std::vector<BudgetSource> sources;
  for (Workload const& workload : workloads) {
    auto const same = [&](BudgetSource const& source) { return source.device == workload.source; };
    auto known = std::find_if(sources.begin(), sources.end(), same);
    if (known == sources.end()) {
      known = sources.insert(known, BudgetSource{platform.device(workload.source).name, workload.source, {}});
    }
    for (Release const& release : workload.plan.releases) known->mechanisms.push_back(release.mechanism);
  }
  return sources;
}

}  // namespace coinfer
