// From the schema's random quantities and grades to the program's.
#pragma once

#include "sim/base/distributions.hpp"
#include "sim/base/located.hpp"
#include "sim/base/rules.pb.h"
#include "sim/base/source.hpp"

namespace coinfer {

/// Reports what the field rules cannot say: that no kind is given, and a uniform whose low is above its high.
void check_distribution(proto::Distribution const& distribution, Where const& where, Diagnostics& diagnostics);

/// Converts a message that `check_rules` and `check_distribution` found right (asserted).
Distribution load_distribution(proto::Distribution const& distribution);

/// GRADE_UNSET, which no checked message holds, counts as the weakest.
Grade grade_of(proto::Grade grade);

}  // namespace coinfer
