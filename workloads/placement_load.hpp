// From the stages of a scenario to a placement.
#pragma once

#include <optional>

#include "platforms/platform.hpp"
#include "sim/base/located.hpp"
#include "workloads/model.hpp"
#include "workloads/placement.hpp"
#include "workloads/workloads.pb.h"

namespace coinfer {

/// The placement of `model` that `message` describes, or nothing after located problems: unknown devices, processors and
/// layers, cuts that are not legal or out of order, layers placed twice or nowhere, stages without layers. A message that
/// breaks the rules of its schema gives nothing without a further problem, as in `load_model`.
std::optional<Placement> load_placement(proto::Placement const& message, Where const& where, Model const& model,
                                        Platform const& platform, Diagnostics& diagnostics);

}  // namespace coinfer
