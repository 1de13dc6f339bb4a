#include "privacy/protocols/stages.hpp"

#include <algorithm>
#include <map>

#include "privacy/attribution.hpp"
#include "privacy/protocols/wire.hpp"
#include "workloads/cut.hpp"
#include "workloads/layer_cost.hpp"

namespace coinfer {

namespace {

/// Layers that run together: one processor, one number of hand-overs before them.
struct Stage {
  ProcessorRef processor;
  std::vector<LayerId> layers;  ///< in model order
};

/// The stages of a placement, and the stage of each layer. A layer's depth is the largest number of hand-overs between
/// processors on a path to it; layers of one depth on one processor form a stage. An edge of the model leads to the same
/// stage or to a greater depth, so the stages can wait for each other without a cycle.
struct Stages {
  std::vector<Stage> list;  ///< ordered by depth, then by first layer
  std::vector<std::size_t> of_layer;
};

Stages divide(ProtocolInput const& input) {
  std::vector<int> depth;
  std::map<std::tuple<int, std::uint32_t, std::uint32_t>, std::vector<LayerId>> groups;
  for (std::uint32_t i = 0; i < input.model.layers().size(); ++i) {
    ProcessorRef const here = input.placement.of(LayerId(i));
    int deepest = 0;
    for (LayerId reads : input.model.layer(LayerId(i)).inputs) {
      if (reads == model_input) {
        deepest = std::max(deepest, here.device == input.source ? 0 : 1);
      } else {
        deepest = std::max(deepest, depth[reads.index()] + (input.placement.of(reads) == here ? 0 : 1));
      }
    }
    depth.push_back(deepest);
    groups[{deepest, here.device.index(), here.processor}].push_back(LayerId(i));
  }
  Stages stages;
  stages.of_layer.resize(input.model.layers().size());
  for (auto const& [key, layers] : groups) {
    for (LayerId layer : layers) stages.of_layer[layer.index()] = stages.list.size();
    stages.list.push_back({input.placement.of(layers.front()), layers});
  }
  return stages;
}

/// "input", or the short names of the tensors joined with "+"; a single tensor has its aliases too.
std::vector<std::string> names_of(Model const& model, std::vector<LayerId> const& tensors) {
  std::string joined;
  for (LayerId tensor : tensors) joined += (joined.empty() ? "" : "+") + model.short_name(tensor);
  std::vector<std::string> names = {joined};
  if (tensors.size() == 1 && tensors.front() != model_input) {
    Layer const& layer = model.layer(tensors.front());
    if (layer.name != joined) names.push_back(layer.name);
    names.insert(names.end(), layer.aliases.begin(), layer.aliases.end());
  }
  return names;
}

/// What a stage on another device must receive, by the stage that has it (`source_stage`: the data owner's raw input).
using Needs = std::map<std::size_t, std::vector<LayerId>>;
constexpr std::size_t source_stage = SIZE_MAX;

/// Builds the plan stage by stage.
class StageRunner {
 public:
  StageRunner(ProtocolInput const& input, std::vector<PlanProblem>& problems)
      : input_(input),
        problems_(problems),
        stages_(divide(input)),
        phase_(builder_.once()),
        wire_(input, phase_, problems) {}

  std::optional<Plan> run() {
    for (std::size_t stage = 0; stage < stages_.list.size(); ++stage) add_stage(stage);
    send_result();
    if (!problems_.empty()) return std::nullopt;
    return builder_.build();
  }

 private:
  [[nodiscard]] DeviceId device_of(std::size_t stage) const {
    return stage == source_stage ? input_.source : stages_.list[stage].processor.device;
  }

  /// What `stage` reads from others.
  [[nodiscard]] Needs needs_of(std::size_t stage) const {
    Needs needs;
    for (LayerId layer : stages_.list[stage].layers) {
      for (LayerId reads : input_.model.layer(layer).inputs) {
        std::size_t const from = reads == model_input ? source_stage : stages_.of_layer[reads.index()];
        if (from == stage) continue;
        std::vector<LayerId>& tensors = needs[from];
        if (std::find(tensors.begin(), tensors.end(), reads) == tensors.end()) tensors.push_back(reads);
      }
    }
    for (auto& [from, tensors] : needs) std::sort(tensors.begin(), tensors.end());
    return needs;
  }

  [[nodiscard]] Bytes bytes_of(std::vector<LayerId> const& tensors) const {
    Bytes total{0};
    for (LayerId tensor : tensors) {
      bool const compressed = tensor == model_input && input_.wire.input.has_value();
      total += compressed ? *input_.wire.input : tensor_bytes(input_.model, tensor, input_.wire.type);
    }
    return total;
  }

  /// Adds to `after` the steps after which `device` has the tensors; those that an earlier stage there received stay there.
  void bring(std::vector<LayerId> const& tensors, std::size_t from, DeviceId device,
             std::vector<PhaseBuilder::Step>& after) {
    std::vector<LayerId> missing;
    for (LayerId tensor : tensors) {
      auto const found = arrived_.find({tensor, device});
      if (found == arrived_.end()) {
        missing.push_back(tensor);
      } else {
        after.push_back(found->second);
      }
    }
    if (missing.empty()) return;
    std::vector<PhaseBuilder::Step> produced;
    if (from != source_stage) produced.push_back(computed_[from]);
    PhaseBuilder::Step const step =
        wire_.send({device_of(from), device}, bytes_of(missing), names_of(input_.model, missing), produced);
    for (LayerId tensor : missing) arrived_[{tensor, device}] = step;
    after.push_back(step);
  }

  void add_stage(std::size_t index) {
    Stage const& stage = stages_.list[index];
    std::vector<PhaseBuilder::Step> after;
    for (auto const& [from, tensors] : needs_of(index)) {
      if (device_of(from) != stage.processor.device) {
        bring(tensors, from, stage.processor.device, after);
      } else if (from != source_stage) {
        after.push_back(computed_[from]);
      }
    }
    std::sort(after.begin(), after.end());
    after.erase(std::unique(after.begin(), after.end()), after.end());
    bool const last = stages_.of_layer[input_.model.output().index()] == index;
    PlanTask meaning;
    if (last) meaning.tensor = phase_.tensor({"output"});
    computed_.push_back(phase_.compute(StationRef{stage.processor}, time_of(stage), compute_part, meaning, after));
  }

  [[nodiscard]] Seconds time_of(Stage const& stage) {
    Device const& device = input_.platform.device(stage.processor.device);
    Processor const& processor = device.processors[stage.processor.processor];
    std::optional<ComputeCost> const cost = compute_cost(input_.model, stage.layers, device, processor, input_.trace);
    if (cost) return cost->time;
    std::string const type(to_string(input_.model.compute_type()));
    problems_.push_back({"processor '" + device.name + "." + processor.name + "' has no rate for " + type,
                         "model '" + input_.model.name() + "' computes in it"});
    return Seconds(0);
  }

  void send_result() {
    std::size_t const last = stages_.of_layer[input_.model.output().index()];
    Journey const journey{device_of(last), input_.source};
    if (!input_.wire.return_result || journey.from == journey.to) return;
    double const elements = static_cast<double>(input_.model.shape(input_.model.output()).elements());
    std::vector<PhaseBuilder::Step> const after = {computed_[last]};
    wire_.send(journey, elements * size_of(input_.model.compute_type()), {"output"}, after);
  }

  ProtocolInput const& input_;
  std::vector<PlanProblem>& problems_;
  Stages stages_;
  PlanBuilder builder_;
  PhaseBuilder& phase_;
  Wire wire_;
  std::vector<PhaseBuilder::Step> computed_;                            ///< by stage
  std::map<std::pair<LayerId, DeviceId>, PhaseBuilder::Step> arrived_;  ///< after which a device has what it was sent
};

}  // namespace

std::optional<Plan> run_stages(ProtocolInput const& input, std::vector<PlanProblem>& problems) {
  return StageRunner(input, problems).run();
}

std::optional<LayerId> first_layer_on_source(ProtocolInput const& input) {
  for (std::uint32_t i = 0; i < input.placement.of_layer.size(); ++i) {
    if (input.placement.of_layer[i].device == input.source) return LayerId(i);
  }
  return std::nullopt;
}

std::optional<LayerId> first_layer_away_from_source(ProtocolInput const& input) {
  for (std::uint32_t i = 0; i < input.placement.of_layer.size(); ++i) {
    if (input.placement.of_layer[i].device != input.source) return LayerId(i);
  }
  return std::nullopt;
}

std::optional<LayerId> first_reader_of_input_away_from_source(ProtocolInput const& input) {
  for (LayerId reader : input.model.readers(model_input)) {
    if (input.placement.of(reader).device != input.source) return reader;
  }
  return std::nullopt;
}

}  // namespace coinfer
