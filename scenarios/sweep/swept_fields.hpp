// Whether the fields of a sweep are there in its scenario, and take its values.
#pragma once

#include "scenarios/scenario.pb.h"
#include "scenarios/sweep.pb.h"
#include "scenarios/sweep/sweep.hpp"
#include "sim/base/located.hpp"

namespace coinfer {

/// Sets every setting of the sweep, and the values of each axis in turn, in `scenario`, which is parsed and not checked any
/// further. Problems are told at their places in the sweep file: a path that leads nowhere, a value of the wrong type, two
/// axes on one field, or one that replaces what an earlier one sets. Of a range the ends are tried, and the first value
/// that is not whole. `where` is the view of the whole sweep file.
void check_swept_fields(Sweep const& sweep, proto::Sweep const& message, Where const& where,
                        Located<proto::Scenario> scenario, Diagnostics& diagnostics);

}  // namespace coinfer
