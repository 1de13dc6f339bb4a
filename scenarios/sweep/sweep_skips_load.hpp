// From the skips of a sweep file to rules that can be asked.
#pragma once

#include <vector>

#include "scenarios/sweep.pb.h"
#include "scenarios/sweep/sweep.hpp"
#include "sim/base/located.hpp"

namespace coinfer {

/// The rules, in order, after problems: an axis that is not there, a value that it never has, bounds on what is no number,
/// a condition that asks nothing. `axes` are those of the sweep, `where` is the view of the whole file.
std::vector<SkipRule> load_skips(proto::Sweep const& message, std::vector<Axis> const& axes, Where const& where,
                                 Diagnostics& diagnostics);

}  // namespace coinfer
