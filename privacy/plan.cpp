#include "privacy/plan.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

namespace {

double seconds_of(Phase const& phase, std::uint32_t cost, Batch const& batch) {
  return cost == AmountRule::no_cost ? 0 : phase.costs[cost]->seconds(batch);
}

}  // namespace

Phase const& Plan::iteration(std::uint32_t server) const {
  auto const found = std::find_if(phases.begin(), phases.end(), [server](Phase const& phase) {
    return phase.kind == PhaseKind::iteration && phase.server == server;
  });
  assert(found != phases.end());
  return *found;
}

void price(Phase const& phase, Batch const& batch, std::span<TaskAmount> amounts) {
  std::span<Task const> const tasks = phase.graph.tasks();
  assert(amounts.size() == tasks.size());
  double tokens = 0;
  double sequences = 0;
  for (BatchItem const& item : batch.items) {
    tokens += item.units;
    sequences += item.yields ? 1 : 0;
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    Task const& task = tasks[i];
    AmountRule const& rule = phase.amounts[i];
    double const overhead = seconds_of(phase, rule.overhead, batch);
    double const second = seconds_of(phase, rule.second_overhead, batch);
    amounts[i].total = task.amount + rule.per_token * tokens + rule.per_sequence * sequences +
                       seconds_of(phase, rule.cost, batch) + overhead + second;
    amounts[i].first_extra = task.first_extra + overhead;
    amounts[i].second_extra = task.second_extra + second;
  }
}

void price(Phase const& phase, RequestPass const& pass, std::span<TaskAmount> amounts) {
  Batch alone;
  BatchItem item;
  item.units = pass.tokens;
  item.held = pass.held;
  item.opening = phase.kind == PhaseKind::once;
  alone.items.push_back(item);
  price(phase, alone, amounts);
  std::span<Task const> const tasks = phase.graph.tasks();
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    amounts[i].total += phase.amounts[i].per_further_token * pass.further;
    if (tasks[i].kind == TaskKind::serve) {
      amounts[i].total = tasks[i].form == ServeForm::rest ? pass.further : pass.tokens;
    }
  }
}

}  // namespace coinfer
