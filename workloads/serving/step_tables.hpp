// Measured iteration times of a token model: tables with their own axes, summed per iteration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platforms/field_source.hpp"
#include "workloads/serving/step_grid.hpp"
#include "workloads/serving/step_skew.hpp"

namespace coinfer {

/// One operation of one table: a grid for each kind of iteration in which it was measured.
struct StepOperation {
  std::string name;  ///< "dense.act_fn", or the name of the table
  double times = 1;  ///< how often it runs in one iteration, > 0
  StepGrids grids;
  std::shared_ptr<StepSkew const> skew;  ///< of its table; null: none

  /// Time of one run.
  [[nodiscard]] StepGrid::Result at(StepMeasures const& measures) const;
};

/// All measurements of a model on a processor; `workloads/serving/step_tables_load.hpp` reads them.
struct StepTables {
  std::string name;
  std::string model;  ///< catalogue name of the model that was measured
  std::vector<StepOperation> operations;
  std::vector<FieldSource> sources;
};

}  // namespace coinfer
