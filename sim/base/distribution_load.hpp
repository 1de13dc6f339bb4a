// From the schema's random quantities to the program's.
#pragma once

#include "sim/base/distributions.hpp"
#include "sim/base/located.hpp"
#include "sim/base/rules.pb.h"

namespace coinfer {

/// Reports what the field rules cannot say: that no kind is given, and a uniform whose low is above its high.
void check_distribution(proto::Distribution const& distribution, Where const& where, Diagnostics& diagnostics);

/// Converts a message that `check_rules` and `check_distribution` found right (asserted).
Distribution load_distribution(proto::Distribution const& distribution);

}  // namespace coinfer
