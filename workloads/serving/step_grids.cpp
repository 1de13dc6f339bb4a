#include <algorithm>

#include "workloads/serving/step_grid.hpp"

namespace coinfer {

namespace {

/// The first knot of the grid along `quantity`, or 0 where it has no such axis.
double first_knot(StepGrid const& grid, StepQuantity quantity) {
  for (GridAxis const& axis : grid.axes) {
    if (axis.quantity == quantity) return axis.knots.front();
  }
  return 0;
}

}  // namespace

StepGrid::Result StepGrids::at(StepMeasures const& measures) const {
  if (!by_kind) return any.at(measures);
  double const opened = measures[StepQuantity::prefill_tokens];
  double const stepped = measures[StepQuantity::decode_sequences];
  if (opened == 0 && stepped == 0) return {};
  if (stepped == 0) return prefill ? prefill->at(measures) : StepGrid::Result{};
  if (opened == 0) return decode ? decode->at(measures) : StepGrid::Result{};
  if (!mixed) {
    // A table of one of the two knows nothing of the other, which another table may hold.
    StepGrid::Result sum;
    if (prefill) sum = prefill->at(measures);
    if (decode) {
      auto const stepping = decode->at(measures);
      sum.seconds += stepping.seconds;
      sum.extrapolated = sum.extrapolated || stepping.extrapolated;
    }
    sum.extrapolated = sum.extrapolated || (prefill && decode);
    return sum;
  }
  double const knot = first_knot(*mixed, StepQuantity::prefill_tokens);
  if (!decode || opened >= knot) return mixed->at(measures);
  StepMeasures at_knot = measures;
  at_knot[StepQuantity::prefill_tokens] = knot;
  auto const without = decode->at(measures);
  auto const with = mixed->at(at_knot);
  double const share = opened / knot;
  return {(1 - share) * without.seconds + share * with.seconds, without.extrapolated || with.extrapolated};
}

}  // namespace coinfer
