// From the schema's grades to the program's.
#pragma once

#include "sim/base/rules.pb.h"
#include "sim/base/source.hpp"

namespace coinfer {

/// GRADE_UNSET, which no checked message holds, counts as the weakest.
Grade grade_of(proto::Grade grade);

}  // namespace coinfer
