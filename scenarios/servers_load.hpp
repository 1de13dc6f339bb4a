// The servers of a scenario file, on the processors where they stand.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "scenarios/scenario.hpp"
#include "scenarios/scenario.pb.h"
#include "sim/base/located.hpp"
#include "workloads/model.hpp"

namespace coinfer {

/// Every server, or nothing after located problems: a device or processor that does not exist, two servers on one
/// processor or with one name, a fleet that does not divide into groups, a group whose members have no link between them,
/// a server for openings that does not exist. The message has passed `check_rules`.
std::optional<std::vector<ScenarioServer>> load_servers(proto::Scenario const& message, Where const& where,
                                                        Platform const& platform, std::filesystem::path const& folder,
                                                        Diagnostics& diagnostics);

/// Gives a workload's servers what they need to know of it: which model they hold, and how large their KV cache is. Fills
/// `workload.servers`. Problems are located at the workload.
void assign_servers(Workload& workload, Model const& model, Placement const& placement, Platform const& platform,
                    std::vector<ScenarioServer>& servers, Where const& where, Diagnostics& diagnostics);

}  // namespace coinfer
