// Whether every column of points.csv has a name of its own.
#pragma once

#include "scenarios/scenario.pb.h"
#include "sim/base/located.hpp"

namespace coinfer {

/// Columns are named after adversaries and workloads (see add_measures), whose names may hold points: "a" with "b.c" and
/// "a.b" with "c" would be the same column. Problems at the places of workloads where two are, and where a workload has the
/// word that tells axes from results. A name that the sweep itself changes is not asked about.
void check_column_names(Located<proto::Scenario> const& scenario, Diagnostics& diagnostics);

}  // namespace coinfer
