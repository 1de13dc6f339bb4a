// Reading servers and step tables from their schema messages.
#pragma once

#include <filesystem>
#include <optional>

#include "sim/base/located.hpp"
#include "workloads/serving/server_config.hpp"
#include "workloads/serving/serving.pb.h"

namespace coinfer {

/// The server that `message` describes, or nothing after located problems: a KV capacity below one block, a group without
/// its interconnect, problems of the step tables. A message that breaks the rules of its schema gives nothing without a
/// further problem: `check_rules`, which the caller runs over the whole file, reports those. Relative paths start at
/// `folder`. What needs the platform or the model (`on`, `prefill_on`, replicas, memory) is the caller's.
std::optional<ServerConfig> load_server(proto::Server const& message, Where const& where,
                                        std::filesystem::path const& folder, Diagnostics& diagnostics);

}  // namespace coinfer
