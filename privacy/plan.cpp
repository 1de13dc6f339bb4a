#include "privacy/plan.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace coinfer {

namespace {

/// What each cost of a phase says of a batch. Steps share costs, so each is asked once.
std::vector<double> seconds_of(Phase const& phase, Batch const& batch) {
  std::vector<double> seconds;
  seconds.reserve(phase.costs.size());
  for (auto const& cost : phase.costs) seconds.push_back(cost->seconds(batch));
  return seconds;
}

double at(std::vector<double> const& seconds, std::uint32_t cost) {
  return cost == AmountRule::no_cost ? 0 : seconds[cost];
}

}  // namespace

std::uint64_t Release::draws(std::uint32_t prompt_tokens) const {
  // A share of tokens that is a whole number must not become one more by rounding.
  double constexpr rounding = 1e-12;
  return static_cast<std::uint64_t>(std::ceil(share * prompt_tokens * (1 - rounding)));
}

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
  double prompts = 0;
  for (BatchItem const& item : batch.items) {
    tokens += item.units;
    sequences += item.yields ? 1 : 0;
    prompts += item.yields && item.opening ? 1 : 0;
  }
  std::vector<double> const seconds = seconds_of(phase, batch);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    Task const& task = tasks[i];
    AmountRule const& rule = phase.amounts[i];
    double const overhead = at(seconds, rule.overhead);
    double const second = at(seconds, rule.second_overhead);
    amounts[i].total = task.amount + rule.per_token * tokens + rule.per_sequence * sequences + rule.per_prompt * prompts +
                       at(seconds, rule.cost) + overhead + second;
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
    if (phase.amounts[i].only_further && pass.further == 0) amounts[i] = {};
    if (tasks[i].kind == TaskKind::serve) {
      amounts[i].total = tasks[i].form == ServeForm::rest ? pass.further : pass.tokens;
    }
  }
}

}  // namespace coinfer
