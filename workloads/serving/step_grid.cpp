#include "workloads/serving/step_grid.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

StepMeasures measure(Batch const& batch) {
  StepMeasures measures;
  double opened_context = 0;
  double stepped_context = 0;
  for (BatchItem const& item : batch.items) {
    measures[StepQuantity::tokens] += item.units;
    if (item.yields) measures[StepQuantity::sequences] += 1;
    if (item.opening) {
      measures[StepQuantity::prefill_tokens] += item.units;
      opened_context += static_cast<double>(item.units) * item.held;
    } else {
      double const held = item.held;
      bool const first = measures[StepQuantity::decode_sequences] == 0;
      measures.decode_context_min = first ? held : std::min(measures.decode_context_min, held);
      measures.decode_context_max = std::max(measures.decode_context_max, held);
      measures[StepQuantity::decode_sequences] += 1;
      stepped_context += held;
    }
  }
  double const opened = measures[StepQuantity::prefill_tokens];
  double const stepped = measures[StepQuantity::decode_sequences];
  if (opened > 0) measures[StepQuantity::prefill_context] = opened_context / opened;
  if (stepped > 0) measures[StepQuantity::decode_context] = stepped_context / stepped;
  return measures;
}

StepGrid::Result StepGrid::at(StepMeasures const& measures) const {
  assert(axes.size() <= step_quantity_count);
  Result result;
  for (GridAxis const& axis : axes) {
    if (axis.quantity == StepQuantity::sequences && measures[axis.quantity] == 0) return result;
  }
  std::array<std::size_t, step_quantity_count> lower{};
  std::array<double, step_quantity_count> share{};  // of the upper corner
  for (std::size_t a = 0; a < axes.size(); ++a) {
    auto const& knots = axes[a].knots;
    double const value = measures[axes[a].quantity];
    if (value < knots.front() || value > knots.back()) result.extrapolated = true;
    if (knots.size() == 1 || value <= knots.front()) continue;
    auto const above = std::upper_bound(knots.begin(), knots.end() - 1, value);
    lower[a] = static_cast<std::size_t>(above - knots.begin()) - 1;
    share[a] = (value - knots[lower[a]]) / (knots[lower[a] + 1] - knots[lower[a]]);
  }
  for (std::size_t corner = 0; corner < (std::size_t{1} << axes.size()); ++corner) {
    double weight = 1;
    std::size_t index = 0;
    for (std::size_t a = 0; a < axes.size(); ++a) {
      bool const upper = ((corner >> a) & 1U) != 0;
      weight *= upper ? share[a] : 1 - share[a];
      // An upper corner of no weight may lie beyond the last knot.
      index = index * axes[a].knots.size() + lower[a] + (upper && share[a] != 0 ? 1 : 0);
    }
    if (weight != 0) result.seconds += weight * times_s[index];
  }
  result.seconds = std::max(result.seconds, 0.0);
  return result;
}

}  // namespace coinfer
