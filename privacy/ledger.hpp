// What the members of one source have given away to private mechanisms, and whether they may give away more.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "privacy/budget.hpp"
#include "privacy/composition.hpp"
#include "sim/base/units.hpp"

namespace coinfer {

/// One member's account at the end of a run.
struct MemberAccount {
  std::uint32_t member = 0;
  bool exhausted = false;         ///< it once asked for more than was left
  std::uint64_t requests = 0;     ///< that asked for draws, refused ones included
  std::uint64_t refused = 0;      ///< those of them that did not run
  std::uint64_t over_budget = 0;  ///< those of them that ran although the budget did not suffice
};

/// All accounts of one source: members that asked for draws, ascending.
struct LedgerRecord {
  std::vector<MemberAccount> members;
  std::vector<std::uint64_t> draws;  ///< by place in `members`, then mechanism

  /// Draws of one member, by mechanism.
  [[nodiscard]] std::span<std::uint64_t const> draws_of(std::size_t place) const {
    std::size_t const mechanisms = draws.size() / members.size();
    return std::span(draws).subspan(place * mechanisms, mechanisms);
  }
};

/// Draws are booked when a request asks for them, before it starts: one that a run cuts off has spent them. A request fits
/// if the total with its draws is at most the budget by the budget's theorem (within 1e-12 of it, for the rounding of
/// sums); a smaller one may still fit after one that did not. Constant time a request; memory is taken when a member asks
/// for the first time.
class Ledger {
 public:
  /// Hears of each member once: when it first asks for more than is left, before that request runs or is refused.
  using Exhausted = std::function<void(std::uint32_t member, Seconds now)>;

  /// A budget's theorem must have no reason against it (asserted).
  Ledger(Composition composition, std::optional<PrivacyBudget> budget, Exhausted exhausted);

  /// A request of `member` asks for so many draws of each mechanism, at least one in all. Returns whether it may run.
  bool spend(std::uint32_t member, std::span<std::uint64_t const> draws, Seconds now);

  [[nodiscard]] LedgerRecord record() const;

 private:
  [[nodiscard]] bool fits() const;
  std::size_t place_of(std::uint32_t member);

  Composition composition_;
  std::optional<PrivacyBudget> budget_;
  Exhausted exhausted_;
  std::unordered_map<std::uint32_t, std::size_t> places_;  ///< by member; only ever looked up
  std::vector<MemberAccount> accounts_;
  std::vector<std::uint64_t> draws_;  ///< by account, then mechanism
  std::vector<std::uint64_t> asked_;  ///< the total that is being decided about
};

}  // namespace coinfer
