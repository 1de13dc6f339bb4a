#include "privacy/plan_batch_step.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace coinfer {

namespace {

/// Everything that decides what a task asks for, where, and what that counts as: the binding does not compile where a field
/// of the rule is forgotten.
auto key(Task const& task, AmountRule const& rule) {
  auto const& [per_token, per_sequence, per_prompt, per_further_token, only_further, cost, overhead, second_overhead] =
      rule;
  return std::tie(task.kind, task.part, task.role, task.amount, task.first_extra_part, task.second_extra_part,
                  task.first_extra, task.second_extra, per_token, per_sequence, per_prompt, per_further_token, only_further,
                  cost, overhead, second_overhead);
}

/// Tokens and sequences of a pass, as rules count them.
struct PassCounts {
  double tokens = 0;
  double sequences = 0;
  double prompts = 0;
};

PassCounts count(Batch const& batch) {
  PassCounts counts;
  for (BatchItem const& item : batch.items) {
    counts.tokens += item.units;
    counts.sequences += item.yields ? 1 : 0;
    counts.prompts += item.yields && item.opening ? 1 : 0;
  }
  return counts;
}

}  // namespace

PlanBatchStep::PlanBatchStep(Phase const& phase) : phase_(phase), costs_(phase.costs.size()) {
  std::span<Task const> const tasks = phase.graph.tasks();
  for (std::uint32_t task = 0; task < tasks.size(); ++task) {
    auto const same = std::find_if(classes_.begin(), classes_.end(), [&](TaskClass const& known) {
      return key(tasks[known.task], phase.amounts[known.task]) == key(tasks[task], phase.amounts[task]);
    });
    class_of_task_.push_back(static_cast<std::uint32_t>(same - classes_.begin()));
    if (same == classes_.end()) {
      classes_.push_back({task, 1});
    } else {
      ++same->count;
    }
  }
}

void PlanBatchStep::price_steady(Batch const& batch, std::span<SteadyAmount> amounts) const {
  assert(amounts.size() == classes_.size());
  PassCounts const pass = count(batch);
  for (std::size_t i = 0; i < costs_.size(); ++i) costs_[i] = phase_.costs[i]->steady(batch);
  auto const at = [this](std::uint32_t cost) { return cost == AmountRule::no_cost ? SteadyCost{} : costs_[cost]; };
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    Task const& task = phase_.graph.tasks()[classes_[i].task];
    AmountRule const& rule = phase_.amounts[classes_[i].task];
    SteadyCost const overhead = at(rule.overhead);
    SteadyCost const second = at(rule.second_overhead);
    double const fixed =
        task.amount + rule.per_token * pass.tokens + rule.per_sequence * pass.sequences + rule.per_prompt * pass.prompts;
    amounts[i].total = SteadyCost{fixed} + at(rule.cost) + overhead + second;
    amounts[i].first_extra = SteadyCost{task.first_extra} + overhead;
    amounts[i].second_extra = SteadyCost{task.second_extra} + second;
  }
}

}  // namespace coinfer
