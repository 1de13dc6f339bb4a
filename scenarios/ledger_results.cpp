#include "scenarios/ledger_results.hpp"

#include <cmath>
#include <map>

#include "sim/base/errors.hpp"
#include "sim/kernel/statistics.hpp"

namespace coinfer {

namespace {

constexpr std::array theorems = {CompositionTheorem::sequential, CompositionTheorem::advanced, CompositionTheorem::renyi};

/// When the budget of each member first did not suffice.
std::map<std::uint32_t, double> exhaustions_of(RunRecord const& record, std::uint32_t account) {
  std::map<std::uint32_t, double> times_s;
  for (Exhaustion const& event : record.exhaustions) {
    if (event.account == account) times_s.emplace(event.member, event.time_s);
  }
  return times_s;
}

std::vector<LedgerRow> rows_of(SourceAccount const& account, Device const& source, LedgerRecord const& ledger,
                               std::map<std::uint32_t, double> const& exhausted_s) {
  std::vector<LedgerRow> rows;
  for (std::size_t i = 0; i < ledger.members.size(); ++i) {
    MemberAccount const& member = ledger.members[i];
    LedgerRow row;
    row.user = source.count == 1 ? source.name : source.name + "[" + std::to_string(member.member) + "]";
    row.requests = member.requests;
    row.refused = member.refused;
    row.over_budget = member.over_budget;
    for (std::uint64_t const count : ledger.draws_of(i)) row.draws += count;
    for (std::size_t t = 0; t < theorems.size(); ++t) {
      row.epsilon[t] = account.composition.epsilon(theorems[t], ledger.draws_of(i));
      if (row.epsilon[t] && !std::isfinite(*row.epsilon[t])) {
        throw RunError("the epsilon of '" + row.user + "' is beyond the largest number");
      }
    }
    if (auto const found = exhausted_s.find(member.member); found != exhausted_s.end()) row.exhausted_at_s = found->second;
    rows.push_back(std::move(row));
  }
  return rows;
}

LedgerEpsilon epsilon_over(std::vector<LedgerRow> const& users, std::size_t theorem, std::string const& reason) {
  LedgerEpsilon epsilon;
  epsilon.reason = reason.empty() && users.empty() ? "no request came" : reason;
  if (!epsilon.reason.empty()) return epsilon;
  std::vector<double> all;
  for (LedgerRow const& user : users) {
    double const own = user.epsilon[theorem].value();
    all.push_back(own);
    if (epsilon.worst && own <= *epsilon.worst) continue;
    epsilon.worst = own;
    epsilon.worst_user = user.user;
  }
  epsilon.mean = exact_sum(all) / static_cast<double>(all.size());
  return epsilon;
}

}  // namespace

std::vector<LedgerResult> ledger_results(std::span<SourceAccount const> accounts, Scenario const& scenario,
                                         RunRecord const& record) {
  std::vector<LedgerResult> results;
  for (std::uint32_t a = 0; a < accounts.size(); ++a) {
    SourceAccount const& account = accounts[a];
    Device const& source = scenario.platform.device(account.source);
    LedgerResult result;
    result.source = source.name;
    result.budget = account.budget;
    result.per_distance = account.composition.per_distance();
    std::map<std::uint32_t, double> const exhausted_s = exhaustions_of(record, a);
    result.users = rows_of(account, source, record.ledgers[a], exhausted_s);
    result.exhausted_users = exhausted_s.size();
    for (auto const& [member, time_s] : exhausted_s) {
      result.first_exhausted_s = std::min(result.first_exhausted_s.value_or(time_s), time_s);
    }
    for (LedgerRow const& user : result.users) {
      result.refused += user.refused;
      result.over_budget += user.over_budget;
    }
    for (std::size_t t = 0; t < theorems.size(); ++t) {
      result.epsilon[t] = epsilon_over(result.users, t, account.composition.reason_against(theorems[t]));
    }
    results.push_back(std::move(result));
  }
  return results;
}

std::vector<Released> released_by(std::span<SourceAccount const> accounts, Scenario const& scenario,
                                  RunRecord const& record) {
  std::vector<std::uint32_t> longest(scenario.workloads.size());
  for (RequestRecord const& request : record.requests) {
    if (request.start_s < 0) continue;
    longest[request.workload] = std::max(longest[request.workload], request.prompt_tokens);
  }
  std::vector<Released> released;
  for (std::size_t a = 0; a < accounts.size(); ++a) {
    SourceAccount const& account = accounts[a];
    Device const& source = scenario.platform.device(account.source);
    std::vector<Released::Entry> entries;
    for (SourceAccount::Entry const& entry : account.entries) {
      Workload const& workload = scenario.workloads[entry.workload];
      entries.push_back({workload.name, workload.plan.tensors[entry.release.tensor].names.front(),
                         entry.release.draws(longest[entry.workload])});
    }
    released.push_back({source.name, source.count > 1, account.composition, std::move(entries), record.ledgers[a]});
  }
  return released;
}

}  // namespace coinfer
