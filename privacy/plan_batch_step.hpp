// An iteration phase of a plan as what an iteration server runs.
#pragma once

#include "privacy/plan.hpp"

namespace coinfer {

/// Prices a batch by the rules of an iteration phase.
class PlanBatchStep final : public BatchStep {
 public:
  /// `phase` outlives the step.
  explicit PlanBatchStep(Phase const& phase) : phase_(phase) {}
  void price(Batch const& batch, std::span<TaskAmount> amounts) const override { coinfer::price(phase_, batch, amounts); }

 private:
  Phase const& phase_;
};

}  // namespace coinfer
