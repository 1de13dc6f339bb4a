// What requests of each source give away to private mechanisms, and under which budget.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "privacy/budget.hpp"
#include "privacy/budget_load.hpp"
#include "privacy/composition.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// A device or fleet whose requests draw from private mechanisms.
struct SourceAccount {
  /// What each request of a workload draws.
  struct Entry {
    std::uint32_t workload = 0;
    Release release;
  };
  DeviceId source;
  std::vector<Entry> entries;  ///< of all its workloads
  Composition composition;     ///< of the entries' mechanisms, in their order
  std::optional<PrivacyBudget> budget;

  /// Draws of a request of a workload, by entry; `draws` has as many places.
  void count(std::uint32_t workload, std::uint32_t prompt_tokens, std::span<std::uint64_t> draws) const;
};

/// The accounts of a scenario, in the order in which its workloads name their sources. Sources that draw from nothing have
/// none.
std::vector<SourceAccount> source_accounts(std::span<Workload const> workloads, std::span<PrivacyBudget const> budgets);

/// Who sends requests, and what they draw from: whom a budget can be of.
std::vector<BudgetSource> budget_sources(Platform const& platform, std::span<Workload const> workloads);

}  // namespace coinfer
