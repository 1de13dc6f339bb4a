// Runs single points of a sweep, one after the other, without reading anything twice.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "scenarios/catalog.hpp"
#include "scenarios/scenario.pb.h"
#include "scenarios/sweep/point_list.hpp"
#include "scenarios/sweep/point_row.hpp"
#include "scenarios/sweep/sweep_load.hpp"
#include "sim/base/located.hpp"

namespace coinfer {

/// What else is done with the results of a run that is ok.
using OnResults = std::function<void(Scenario const& scenario, Results const& results, double wall_s)>;

class PointRunner {
 public:
  /// Refers to `sweep` and `catalog`. Throws InputError where the scenario cannot be read.
  PointRunner(Sweep const& sweep, SweptScenario const& scenario, Catalog const& catalog);

  /// The row of a run, which is the one that `coinfer run` would make of the scenario with the settings of the sweep, those
  /// of the point, and the seed of the replication. What is wrong with it is in the row.
  [[nodiscard]] PointRow run(SweepPoint const& point, std::uint32_t replication, OnResults const& on_results = {}) const;

  /// The scenario with the settings of the sweep, without those of a point.
  [[nodiscard]] Located<proto::Scenario> const& base() const { return base_; }
  [[nodiscard]] std::uint64_t seed_of(std::uint64_t point, std::uint32_t replication) const;

 private:
  Sweep const& sweep_;
  Catalog const& catalog_;
  std::filesystem::path file_;
  Located<proto::Scenario> base_;  ///< with the settings of the sweep
};

}  // namespace coinfer
