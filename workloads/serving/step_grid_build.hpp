// From measured rows to full grids, one for each kind of iteration.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/base/diagnostics.hpp"
#include "workloads/serving/step_grid.hpp"

namespace coinfer {

/// One measured row.
struct StepPoint {
  Location where;
  std::vector<double> values;  ///< one for each axis, >= 0
  double time_s = 0;           ///< >= 0
};

/// The grids that `points` (at least one) form. Where an axis belongs to openings or steps, the rows are divided by what
/// they have of both (0 prefill tokens: no opening; 0 decode sequences: no step), and each part has the axes that mean
/// something in it. Nothing after located problems: a row of neither, a combination twice, a combination that is missing.
/// `columns` are the axes' names for messages.
std::optional<StepGrids> build_step_grids(std::vector<StepQuantity> const& axes, std::vector<std::string> const& columns,
                                          std::vector<StepPoint> points, Diagnostics& diagnostics);

}  // namespace coinfer
