// From the axes of a sweep file to axes that can be expanded.
#pragma once

#include <vector>

#include "scenarios/sweep.pb.h"
#include "scenarios/sweep/sweep.hpp"
#include "sim/base/located.hpp"

namespace coinfer {

/// The axes, in order, after problems with names, values, ranges, zips and the number of points. Fields are not looked up
/// here: see swept_fields.hpp. `where` is the view of the whole file.
std::vector<Axis> load_axes(proto::Sweep const& message, Where const& where, Diagnostics& diagnostics);

/// Where a value of an axis is written: an element of a list, or the end or the whole of a range. `position` counts from 0.
Location value_place(proto::Axis const& axis, Where const& where, std::size_t position);

}  // namespace coinfer
