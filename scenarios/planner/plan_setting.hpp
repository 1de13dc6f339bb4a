// What a plan is made for: one workload of a scenario, where its layers may stand, and what placements must keep.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "privacy/protocol.hpp"
#include "scenarios/catalog.hpp"
#include "scenarios/plan_question.pb.h"
#include "scenarios/scenario_load.hpp"
#include "workloads/cost_trace.hpp"

namespace coinfer {

/// A scenario and the question that is asked of it.
struct PlanRequest {
  std::filesystem::path file;  ///< name in places; its folder is where relative paths start
  std::string text;            ///< of the scenario
  LoadOptions load;            ///< holds for every placement
  /// These win over what the scenario says in `plan`.
  std::string workload;
  std::optional<proto::PlanObjective> objective;
  std::optional<std::uint32_t> top;
  bool simulate = true;
};

/// A processor or enclave that may take layers.
struct PlanTier {
  std::string name;  ///< "edge.gpu"
  ProcessorRef at;
};

/// Which leakage is asked about.
struct PlanLeakageQuestion {
  std::string adversary;
  std::string metric;
  std::string scale;  ///< may be empty: the one that the figures have
};

/// How a workload's protocol lets its layers be placed.
enum class PlacementFreedom {
  any,          ///< `plain_split`, and at its ends `local_only` and `cloud_only`
  one_enclave,  ///< every layer in one enclave: of a cpu by `enclave_only`, of a gpu by `gpu_confidential`
};

/// Everything about the workload that does not change with its placement.
struct PlanSetting {
  Scenario scenario;  ///< as it stands
  std::size_t index = 0;
  Model model;
  std::optional<CostTrace> trace = {};
  DeviceId source = {};
  WireFormat wire = {};
  Attestation attestation = Attestation::per_device;
  proto::ProtocolOptions options = {};
  PlacementFreedom freedom = PlacementFreedom::any;
  Placement own = {};  ///< the scenario's own
  std::vector<PlanTier> tiers = {};
  /// By tier, by layer: whether pins allow it there.
  std::vector<std::vector<bool>> allowed = {};
  bool pinned = false;
  proto::PlanConstraints constraints = {};
  proto::PlanObjective objective = proto::LATENCY;
  std::optional<PlanLeakageQuestion> leakage = {};
  std::uint32_t top = 5;
  /// Memory that other workloads need, by device and model.
  std::map<DeviceId, std::map<std::string, Bytes>> held = {};

  [[nodiscard]] Workload const& workload() const { return scenario.workloads[index]; }
};

/// Finds everything that the request names. Throws InputError with every problem found: the scenario is wrong as it stands;
/// no such workload, tier, layer, adversary or metric; a protocol that fixes what runs where; a model of tokens.
PlanSetting load_plan_setting(PlanRequest const& request, Catalog const& catalog);

/// "workloads[w].placement={...}" and, where it differs, "workloads[w].protocol=...": what `--set` takes to run it.
std::vector<std::string> assignments_of(PlanSetting const& setting, Placement const& placement);

/// "pi.cpu until block3 | cloud.gpu": the same for people.
std::string placement_text(PlanSetting const& setting, Placement const& placement);

/// The protocol by which a placement runs.
std::string_view protocol_of(PlanSetting const& setting, Placement const& placement);

/// The plan of a placement, or nothing and why there is none.
std::optional<Plan> compile_placement(PlanSetting const& setting, Placement const& placement, std::string& why);

}  // namespace coinfer
