// Whether the scenario of a sweep loads at the points where that is most in doubt.
#pragma once

#include "scenarios/catalog.hpp"
#include "scenarios/sweep.pb.h"
#include "scenarios/sweep/point_list.hpp"
#include "scenarios/sweep/sweep_load.hpp"
#include "sim/base/located.hpp"

namespace coinfer {

/// Loads the scenario at the first point, and at the points where each axis has its first and its last value (of a sample:
/// the ones nearest to the ends); with MustLoad::somewhere only until it loads. A problem with a value is told at its place
/// in the sweep file, one of the scenario itself at its place there. `where` is the view of the whole sweep file.
void check_swept_points(Sweep const& sweep, PointList const& points, proto::Sweep const& message, Where const& where,
                        SweptScenario const& scenario, Catalog const& catalog, MustLoad must_load,
                        Diagnostics& diagnostics);

/// Adds a problem for each expectation of the sweep whose metric is no figure of the scenario at any of these points.
void check_swept_metrics(Sweep const& sweep, PointList const& points, proto::Sweep const& message, Where const& where,
                         SweptScenario const& scenario, Catalog const& catalog, Diagnostics& diagnostics);

}  // namespace coinfer
