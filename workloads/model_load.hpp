// Reading a model from its schema message: block expansion, input names, shape inference.
#pragma once

#include <optional>

#include "sim/base/located.hpp"
#include "workloads/model.hpp"
#include "workloads/workloads.pb.h"

namespace coinfer {

/// The model that `message` describes, or nothing after located problems: both or none of parts and a transformer, unknown
/// input names, names given twice, shapes that do not fit their operator, outputs that nobody reads, counts above 2^53. A
/// message that breaks the rules of its schema gives nothing without a further problem: `check_rules`, which the caller
/// runs over the whole file, reports those.
std::optional<Model> load_model(proto::Model const& message, Where const& where, Diagnostics& diagnostics);

}  // namespace coinfer
