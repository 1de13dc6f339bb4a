// What requests of a run spend of their owners' privacy budgets.
#pragma once

#include <cstdint>
#include <vector>

#include "privacy/ledger.hpp"
#include "scenarios/run/run_record.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/source_accounts.hpp"
#include "sim/base/units.hpp"

namespace coinfer {

/// Keeps a ledger for each source whose requests draw from private mechanisms.
class Spending {
 public:
  /// `exhausted` hears when a budget first does not suffice; it outlives the spending, as the scenario does.
  Spending(Scenario const& scenario, std::vector<Exhaustion>& exhausted);

  /// Books the draws of a request that comes now. Returns whether it may run.
  bool allows(RequestRecord const& request, Seconds now);
  /// By source account.
  [[nodiscard]] std::vector<LedgerRecord> records() const;

 private:
  static constexpr std::uint32_t no_account = UINT32_MAX;

  std::vector<SourceAccount> accounts_;
  std::vector<Ledger> ledgers_;                      ///< by account
  std::vector<std::uint32_t> account_of_;            ///< by workload
  std::vector<std::vector<std::uint64_t>> scratch_;  ///< by account: draws of the request that is being decided about
};

}  // namespace coinfer
