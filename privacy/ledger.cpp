#include "privacy/ledger.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace coinfer {

Ledger::Ledger(Composition composition, std::optional<PrivacyBudget> budget, Exhausted exhausted)
    : composition_(std::move(composition)),
      budget_(budget),
      exhausted_(std::move(exhausted)),
      asked_(composition_.mechanisms().size()) {
  assert(!budget_ || composition_.reason_against(budget_->theorem).empty());
}

std::size_t Ledger::place_of(std::uint32_t member) {
  auto const [entry, added] = places_.try_emplace(member, accounts_.size());
  if (added) {
    accounts_.push_back({.member = member});
    draws_.resize(draws_.size() + asked_.size());
  }
  return entry->second;
}

/// No theorem gives more than the plain sum, so as long as that fits nothing else need be asked.
bool Ledger::fits() const {
  if (!budget_) return true;
  double constexpr rounding = 1e-12;
  double const most = budget_->epsilon * (1 + rounding);
  if (*composition_.epsilon(CompositionTheorem::sequential, asked_) <= most) return true;
  return *composition_.epsilon(budget_->theorem, asked_) <= most;
}

bool Ledger::spend(std::uint32_t member, std::span<std::uint64_t const> draws, Seconds now) {
  assert(draws.size() == asked_.size());
  std::size_t const place = place_of(member);
  auto const booked = draws_.begin() + static_cast<std::ptrdiff_t>(place * asked_.size());
  std::transform(draws.begin(), draws.end(), booked, asked_.begin(), std::plus<>());
  MemberAccount& account = accounts_[place];
  ++account.requests;
  if (!fits()) {
    if (!account.exhausted) {
      account.exhausted = true;
      if (exhausted_) exhausted_(member, now);
    }
    if (budget_->when_spent == WhenSpent::reject) {
      ++account.refused;
      return false;
    }
    ++account.over_budget;
  }
  std::copy(asked_.begin(), asked_.end(), booked);
  return true;
}

LedgerRecord Ledger::record() const {
  std::vector<std::size_t> order(accounts_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return accounts_[a].member < accounts_[b].member; });
  LedgerRecord record;
  for (std::size_t const place : order) {
    record.members.push_back(accounts_[place]);
    auto const first = draws_.begin() + static_cast<std::ptrdiff_t>(place * asked_.size());
    record.draws.insert(record.draws.end(), first, first + static_cast<std::ptrdiff_t>(asked_.size()));
  }
  return record;
}

}  // namespace coinfer
