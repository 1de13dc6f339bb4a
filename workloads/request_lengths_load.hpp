// Reading how many tokens requests have from its schema message.
#pragma once

#include <filesystem>
#include <optional>

#include "sim/base/located.hpp"
#include "workloads/arrivals_table.hpp"
#include "workloads/request_lengths.hpp"
#include "workloads/workloads.pb.h"

namespace coinfer {

/// The lengths that `message` describes, or nothing after located problems: both or none of prompt and replay, a
/// distribution without a largest value, bounds in the wrong order, a trace that cannot be read or has no tokens. A
/// relative path starts at `folder`, the scenario file's. A message that breaks the rules of its schema gives nothing
/// without a further problem, as in `load_model`.
std::optional<LengthPattern> load_request_lengths(proto::TokenLengths const& message, Where const& where,
                                                  std::filesystem::path const& folder, Diagnostics& diagnostics);

/// The lengths of the trace whose arrivals are replayed: each request has those of its row. Nothing where the arrivals are
/// of another kind, or the trace has no tokens.
std::optional<LengthPattern> lengths_of_arrivals(ArrivalPattern const& arrivals);

}  // namespace coinfer
