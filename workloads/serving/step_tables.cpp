#include "workloads/serving/step_tables.hpp"

#include <algorithm>

namespace coinfer {

StepGrid::Result StepOperation::at(StepMeasures const& measures) const {
  StepGrid::Result result = grids.at(measures);
  if (skew == nullptr || measures.decode_context_max <= measures.decode_context_min) return result;
  auto const alpha = skew->alpha(measures);
  if (!alpha) {
    result.extrapolated = true;
    return result;
  }
  StepMeasures longest = measures;
  longest[StepQuantity::decode_context] = measures.decode_context_max;
  auto const bound = grids.at(longest);
  result.seconds = std::max(result.seconds + *alpha * (bound.seconds - result.seconds), 0.0);
  result.extrapolated = result.extrapolated || bound.extrapolated;
  return result;
}

}  // namespace coinfer
