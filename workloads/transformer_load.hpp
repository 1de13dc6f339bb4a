// Reading a transformer's configuration from its schema message.
#pragma once

#include <optional>

#include "sim/base/located.hpp"
#include "workloads/transformer.hpp"
#include "workloads/workloads.pb.h"

namespace coinfer {

/// The configuration with its defaults filled in, or nothing after located problems: numbers of heads that do not divide,
/// both or none of a hidden layer and experts, more active experts than there are, an encoder with a tied head. `message`
/// obeys the rules of its schema; `compute_type` is the default of `kv_type`.
std::optional<Transformer> load_transformer(proto::Transformer const& message, DataType compute_type, Where const& where,
                                            Diagnostics& diagnostics);

}  // namespace coinfer
