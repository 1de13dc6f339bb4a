#include "workloads/serving/table_step_cost.hpp"

#include <cassert>

namespace coinfer {

TableStepCost::TableStepCost(std::shared_ptr<StepTables const> tables, Seconds overhead)
    : tables_(std::move(tables)), overhead_(overhead) {
  assert(tables_ != nullptr);
}

StepGrid::Result TableStepCost::time(Batch const& batch) const {
  StepGrid::Result sum;
  if (batch.items.empty()) return sum;
  StepMeasures const measures = measure(batch);
  for (StepOperation const& operation : tables_->operations) {
    auto const one = operation.at(measures);
    sum.seconds += operation.times * one.seconds;
    sum.extrapolated = sum.extrapolated || one.extrapolated;
  }
  sum.seconds += overhead_.value();
  return sum;
}

double TableStepCost::seconds(Batch const& batch) const {
  auto const result = time(batch);
  ++priced_;
  if (result.extrapolated) ++extrapolated_;
  return result.seconds;
}

}  // namespace coinfer
