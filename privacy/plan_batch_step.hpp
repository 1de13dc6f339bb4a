// An iteration phase of a plan as what an iteration server runs.
#pragma once

#include <vector>

#include "privacy/plan.hpp"

namespace coinfer {

/// Prices a batch by the rules of an iteration phase.
class PlanBatchStep final : public BatchStep {
 public:
  /// `phase` outlives the step.
  explicit PlanBatchStep(Phase const& phase);
  void price(Batch const& batch, std::span<TaskAmount> amounts) const override { coinfer::price(phase_, batch, amounts); }
  [[nodiscard]] std::span<TaskClass const> classes() const override { return classes_; }
  [[nodiscard]] std::span<std::uint32_t const> class_of_task() const override { return class_of_task_; }
  void price_steady(Batch const& batch, std::span<SteadyAmount> amounts) const override;

 private:
  Phase const& phase_;
  std::vector<TaskClass> classes_;
  std::vector<std::uint32_t> class_of_task_;
  mutable std::vector<SteadyCost> costs_;  ///< of the batch in hand; one step serves one simulation
};

}  // namespace coinfer
