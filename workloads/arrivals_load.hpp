// Reading when requests come from its schema message.
#pragma once

#include <filesystem>
#include <optional>

#include "sim/base/located.hpp"
#include "workloads/arrivals_table.hpp"
#include "workloads/workloads.pb.h"

namespace coinfer {

/// The pattern that `message` describes, or nothing after located problems: a rate whose mean gap is not finite, a trace
/// file that cannot be read or is wrong. A relative path of a trace starts at `folder`, the scenario file's. A message that
/// breaks the rules of its schema gives nothing without a further problem, as in `load_model`.
std::optional<ArrivalPattern> load_arrivals(proto::Arrivals const& message, Where const& where,
                                            std::filesystem::path const& folder, Diagnostics& diagnostics);

}  // namespace coinfer
