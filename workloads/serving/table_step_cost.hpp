// The time of an iteration of a token model from measured tables.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/base/units.hpp"
#include "sim/kernel/batching.hpp"
#include "workloads/serving/step_tables.hpp"

namespace coinfer {

/// The sum over operations of times * interpolated time, and the host's overhead. Leaves out what no table holds, and (as
/// profiles of single operations do) what operations gain or lose by following each other.
class TableStepCost : public StepCost {
 public:
  TableStepCost(std::shared_ptr<StepTables const> tables, Seconds overhead);

  [[nodiscard]] double seconds(Batch const& batch) const override;
  /// The same, with whether a table was read outside its grid; counts nothing. An empty batch costs nothing.
  [[nodiscard]] StepGrid::Result time(Batch const& batch) const;

  /// Calls of `seconds`, and those of them that were extrapolated. Not synchronised: one object per simulation.
  [[nodiscard]] std::uint64_t priced() const { return priced_; }
  [[nodiscard]] std::uint64_t extrapolated() const { return extrapolated_; }

 private:
  std::shared_ptr<StepTables const> tables_;
  Seconds overhead_;
  mutable std::uint64_t priced_ = 0;
  mutable std::uint64_t extrapolated_ = 0;
};

}  // namespace coinfer
