#include "scenarios/planner/plan_setting.hpp"

#include <algorithm>
#include <set>

#include "workloads/cut.hpp"

namespace coinfer {

namespace {

/// A stage of a placement: a tier, and the cut up to which it runs; no cut for the last one.
struct NamedStage {
  std::string on;
  std::string until;
};

std::string name_of(PlanSetting const& setting, ProcessorRef at) {
  for (PlanTier const& tier : setting.tiers) {
    if (tier.at == at) return tier.name;
  }
  Device const& device = setting.scenario.platform.device(at.device);
  return device.name + "." + (at.enclave ? device.enclaves[*at.enclave].name : device.processors[at.processor].name);
}

/// The stages in the order in which data meets them. Every placement that only moves forward has them; of another, whose
/// layers go back to an earlier place, nothing.
std::optional<std::vector<NamedStage>> stages_of(PlanSetting const& setting, Placement const& placement) {
  std::vector<NamedStage> stages;
  std::vector<bool> before(placement.of_layer.size(), false);
  std::vector<ProcessorRef> left = placement.processors();
  while (!left.empty()) {
    // Next is a place all of whose layers read only what is there already.
    auto const next = std::find_if(left.begin(), left.end(), [&](ProcessorRef place) {
      std::vector<LayerId> const layers = placement.layers_on(place);
      return std::all_of(layers.begin(), layers.end(), [&](LayerId layer) {
        std::vector<LayerId> const& reads = setting.model.layer(layer).inputs;
        return std::all_of(reads.begin(), reads.end(), [&](LayerId read) {
          return read == model_input || before[read.index()] || placement.of(read) == place;
        });
      });
    });
    if (next == left.end()) return std::nullopt;
    for (LayerId const layer : placement.layers_on(*next)) before[layer.index()] = true;
    std::string until = left.size() > 1 ? cut_around(setting.model, before).name : "";
    stages.push_back({name_of(setting, *next), std::move(until)});
    left.erase(next);
  }
  return stages;
}

}  // namespace

std::string_view protocol_of(PlanSetting const& setting, Placement const& placement) {
  if (setting.freedom == PlacementFreedom::one_enclave) return setting.workload().protocol;
  auto const at_home = [&](ProcessorRef place) { return place.device == setting.source; };
  bool const any = std::any_of(placement.of_layer.begin(), placement.of_layer.end(), at_home);
  bool const all = std::all_of(placement.of_layer.begin(), placement.of_layer.end(), at_home);
  return all ? "local_only" : any ? "plain_split" : "cloud_only";
}

std::vector<std::string> assignments_of(PlanSetting const& setting, Placement const& placement) {
  std::string const workload = "workloads[" + setting.workload().name + "].";
  std::optional<std::vector<NamedStage>> const stages = stages_of(setting, placement);
  if (!stages) return {};
  std::string text;
  for (NamedStage const& stage : *stages) {
    text += (text.empty() ? "" : " ") + ("stages{on:\"" + stage.on + "\"");
    text += stage.until.empty() ? "}" : " until:\"" + stage.until + "\"}";
  }
  std::vector<std::string> assignments = {workload + "placement={" + text + "}"};
  std::string_view const protocol = protocol_of(setting, placement);
  if (protocol != setting.workload().protocol) assignments.push_back(workload + "protocol=" + std::string(protocol));
  return assignments;
}

std::string placement_text(PlanSetting const& setting, Placement const& placement) {
  std::optional<std::vector<NamedStage>> const stages = stages_of(setting, placement);
  if (!stages) return "layers named one by one";
  std::string text;
  for (NamedStage const& stage : *stages) {
    text += (text.empty() ? "" : " | ") + stage.on + (stage.until.empty() ? "" : " to " + stage.until);
  }
  return text;
}

std::optional<Plan> compile_placement(PlanSetting const& setting, Placement const& placement, std::string& why) {
  std::vector<ServerConfig> servers;
  for (ScenarioServer const& server : setting.scenario.servers) servers.push_back(server.config);
  ProtocolInput const input{setting.scenario.platform,
                            setting.model,
                            placement,
                            setting.source,
                            setting.trace ? &*setting.trace : nullptr,
                            setting.wire,
                            servers,
                            setting.options,
                            setting.attestation};
  std::vector<PlanProblem> problems;
  std::optional<Plan> plan = find_protocol(protocol_of(setting, placement))->make()->compile(input, problems);
  if (plan) return plan;
  why = problems.empty()
            ? ""
            : problems.front().problem + (problems.front().why.empty() ? "" : " (" + problems.front().why + ")");
  return std::nullopt;
}

}  // namespace coinfer
