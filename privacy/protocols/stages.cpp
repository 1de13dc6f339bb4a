#include "privacy/protocols/stages.hpp"

#include <algorithm>
#include <map>

#include "privacy/attribution.hpp"
#include "privacy/protocols/enclave_steps.hpp"
#include "privacy/protocols/wire.hpp"
#include "workloads/cut.hpp"
#include "workloads/enclave_cost.hpp"
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
  std::map<std::pair<int, ProcessorRef>, std::vector<LayerId>> groups;
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
    groups[{deepest, here}].push_back(LayerId(i));
  }
  Stages stages;
  stages.of_layer.resize(input.model.layers().size());
  for (auto const& [key, layers] : groups) {
    for (LayerId layer : layers) stages.of_layer[layer.index()] = stages.list.size();
    stages.list.push_back({input.placement.of(layers.front()), layers});
  }
  return stages;
}

/// What a stage on another device must receive, by the stage that has it (`source_stage`: the data owner's raw input).
using Needs = std::map<std::size_t, std::vector<LayerId>>;
constexpr std::size_t source_stage = SIZE_MAX;

/// Builds the plan stage by stage.
class StageRunner {
 public:
  StageRunner(ProtocolInput const& input, std::vector<PlanProblem>& problems)
      : input_(input), problems_(problems), stages_(divide(input)), phase_(builder_.once()), wire_(input, problems) {}

  std::optional<Plan> run() {
    set_up_enclaves(builder_, input_, input_.placement.processors(), problems_);
    for (std::size_t stage = 0; stage < stages_.list.size(); ++stage) add_stage(stage);
    send_result();
    if (!problems_.empty()) return std::nullopt;
    return builder_.build();
  }

 private:
  [[nodiscard]] ProcessorRef place_of(std::size_t stage) const {
    return stage == source_stage ? general_processor(input_.platform, input_.source) : stages_.list[stage].processor;
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

  /// Adds to `after` the steps after which `to` has the tensors; those that an earlier stage there received stay there.
  void bring(std::vector<LayerId> const& tensors, std::size_t from, ProcessorRef to,
             std::vector<PhaseBuilder::Step>& after) {
    std::vector<LayerId> missing;
    for (LayerId tensor : tensors) {
      auto const found = arrived_.find({tensor, to.device, to.enclave});
      if (found == arrived_.end()) {
        missing.push_back(tensor);
      } else {
        after.push_back(found->second);
      }
    }
    if (missing.empty()) return;
    std::vector<PhaseBuilder::Step> produced;
    if (from != source_stage) produced.push_back(computed_[from]);
    Parcel const parcel{names_of(input_.model, missing), bytes_of(missing)};
    PhaseBuilder::Step const step = *wire_.send(phase_, place_of(from), to, parcel, produced);
    for (LayerId tensor : missing) arrived_[{tensor, to.device, to.enclave}] = step;
    after.push_back(step);
  }

  void add_stage(std::size_t index) {
    Stage const& stage = stages_.list[index];
    std::vector<PhaseBuilder::Step> after;
    Copies copies;
    for (auto const& [from, tensors] : needs_of(index)) {
      copies.fixed += bytes_inside(tensors);
      if (place_of(from).device != stage.processor.device) {
        bring(tensors, from, stage.processor, after);
      } else if (from != source_stage) {
        after.push_back(computed_[from]);
      }
    }
    std::sort(after.begin(), after.end());
    after.erase(std::unique(after.begin(), after.end()), after.end());
    copies.fixed += bytes_inside(read_by_others(index, [](ProcessorRef) { return true; }));
    bool const last = stages_.of_layer[input_.model.output().index()] == index;
    if (last) copies.fixed += result_bytes();
    after = enter(phase_, input_.platform, stage.processor, copies, after);
    PhaseBuilder::Step const done = compute(stage, meaning_of(index, last), after);
    computed_.push_back(leave(phase_, input_.platform, stage.processor, done));
  }

  /// The outputs of a stage that stages at such places read.
  template <class Where>
  [[nodiscard]] std::vector<LayerId> read_by_others(std::size_t index, Where where) const {
    std::vector<LayerId> found;
    for (LayerId layer : stages_.list[index].layers) {
      std::span<LayerId const> const readers = input_.model.readers(layer);
      bool const read = std::any_of(readers.begin(), readers.end(), [&](LayerId reader) {
        return stages_.of_layer[reader.index()] != index && where(input_.placement.of(reader));
      });
      if (read) found.push_back(layer);
    }
    return found;
  }

  /// What is handed over between the normal world of a device and an enclave of it lies in the normal world in the clear.
  PlanTask meaning_of(std::size_t index, bool last) {
    ProcessorRef const here = stages_.list[index].processor;
    PlanTask meaning;
    if (last) {
      meaning.tensor = phase_.tensor({"output"});
      meaning.protection = protection_at(here);
      return meaning;
    }
    std::vector<LayerId> const handed = read_by_others(
        index, [here](ProcessorRef there) { return there.device == here.device && there.enclave != here.enclave; });
    if (!handed.empty()) meaning.tensor = phase_.tensor(names_of(input_.model, handed));
    return meaning;
  }

  PhaseBuilder::Step compute(Stage const& stage, PlanTask meaning, std::vector<PhaseBuilder::Step> const& after) {
    Device const& device = input_.platform.device(stage.processor.device);
    Processor const& processor = device.processors[stage.processor.processor];
    StationRef const station{stage.processor};
    if (!stage.processor.enclave) {
      std::optional<ComputeCost> const cost = compute_cost(input_.model, stage.layers, device, processor, input_.trace);
      if (!cost) no_rate(device, processor);
      return phase_.compute(station, cost ? cost->time : Seconds(0), compute_part, meaning, after);
    }
    Enclave const& enclave = enclave_of(input_.platform, stage.processor);
    std::optional<EnclaveCost> cost = enclave_cost(input_.model, stage.layers, device, enclave, input_.trace);
    if (!cost) {
      no_rate(device, processor);
      cost.emplace();
    } else if (cost->paging_unknown) {
      problems_.push_back({"the layers in enclave '" + device.name + "." + enclave.name + "' outgrow its protected memory",
                           "from layer '" + input_.model.layer(stage.layers[*cost->first_beyond]).name +
                               "' on, and what paging costs there is unknown"});
    }
    return phase_.compute_split(station, cost->total(), compute_part, cost->enclave, enclave_part, cost->paging,
                                paging_part, meaning, after);
  }

  void no_rate(Device const& device, Processor const& processor) {
    std::string const type(to_string(input_.model.compute_type()));
    problems_.push_back({"processor '" + device.name + "." + processor.name + "' has no rate for " + type,
                         "model '" + input_.model.name() + "' computes in it"});
  }

  /// Size of tensors in memory.
  [[nodiscard]] Bytes bytes_inside(std::vector<LayerId> const& tensors) const {
    Bytes total{0};
    for (LayerId tensor : tensors) total += tensor_bytes(input_.model, tensor, input_.model.compute_type());
    return total;
  }

  [[nodiscard]] Bytes result_bytes() const {
    double const elements = static_cast<double>(input_.model.shape(input_.model.output()).elements());
    return elements * size_of(input_.model.compute_type());
  }

  void send_result() {
    std::size_t const last = stages_.of_layer[input_.model.output().index()];
    ProcessorRef const home = place_of(source_stage);
    if (!input_.wire.return_result || place_of(last).device == home.device) return;
    std::vector<PhaseBuilder::Step> const after = {computed_[last]};
    wire_.send(phase_, place_of(last), home, {{"output"}, result_bytes()}, after);
  }

  ProtocolInput const& input_;
  std::vector<PlanProblem>& problems_;
  Stages stages_;
  PlanBuilder builder_;
  PhaseBuilder& phase_;
  Wire wire_;
  std::vector<PhaseBuilder::Step> computed_;  ///< by stage
  std::map<std::tuple<LayerId, DeviceId, std::optional<std::uint32_t>>, PhaseBuilder::Step>
      arrived_;  ///< after which a device has what it was sent
};

}  // namespace

std::optional<Plan> run_stages(ProtocolInput const& input, std::vector<PlanProblem>& problems) {
  return StageRunner(input, problems).run();
}

}  // namespace coinfer
