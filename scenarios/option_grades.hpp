// How far the options of a workload's protocol can be trusted.
#pragma once

#include <vector>

#include "scenarios/scenario.hpp"
#include "scenarios/scenario.pb.h"

namespace coinfer {

/// What a workload says, or leaves to defaults, of which nothing is published: the parameters of its protocol and the name
/// under which leakage tables are looked up. All of it is ASSUMED. Modes of running, which are the question itself, are not
/// listed.
std::vector<InputGrade> option_grades(proto::Workload const& workload);

}  // namespace coinfer
