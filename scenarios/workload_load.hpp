// One workload of a scenario file: its model, placement, protocol and arrivals, compiled into a plan.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "privacy/protocol.hpp"
#include "scenarios/catalog.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/scenario.pb.h"
#include "sim/base/located.hpp"

namespace coinfer {

/// What a workload rests on beside itself.
struct WorkloadContext {
  Platform const& platform;
  std::vector<ScenarioServer>& servers;  ///< takes what the workload's plan has them hold
  Catalog const& catalog;
  std::filesystem::path folder;                            ///< where relative paths start
  std::vector<InputGrade>& inputs;                         ///< takes the sources of the model and of measured times
  std::map<DeviceId, std::map<std::string, Bytes>>& held;  ///< memory that workloads so far need, by device and model
  std::vector<std::string>& notes;                         ///< takes what the model of time leaves out
};

/// How a workload puts data on links, and when it checks the evidence of enclaves; what it does not say has its default.
WireFormat wire_format_of(proto::Workload const& message, Model const& model);
Attestation attestation_of(proto::Workload const& message);

/// The workload, or nothing after located problems. The message has passed `check_rules`.
std::optional<Workload> load_workload(proto::Workload const& message, Where const& where, WorkloadContext const& context,
                                      Diagnostics& diagnostics);

}  // namespace coinfer
