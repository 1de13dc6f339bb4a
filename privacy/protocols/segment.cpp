#include "privacy/protocols/segment.hpp"

#include <algorithm>

#include "privacy/protocols/enclave_steps.hpp"
#include "workloads/enclave_cost.hpp"
#include "workloads/serving/table_step_cost.hpp"

namespace coinfer {

namespace {

/// What an enclave adds to a pass that the roofline prices.
class EnclaveStepCost final : public StepCost {
 public:
  enum class Part { slowdown, paging };
  EnclaveStepCost(Part part, TokenStack stack, ProcessorGroup group, Enclave enclave)
      : part_(part), stack_(std::move(stack)), group_(std::move(group)), enclave_(std::move(enclave)) {}

  [[nodiscard]] double seconds(Batch const& batch) const override {
    if (batch.items.empty()) return 0;
    PassSize const size = pass_size(batch, stack_.causal);
    return part_ == Part::slowdown ? slowdown(size).value() : paging(size).value();
  }
  [[nodiscard]] SteadyCost steady(Batch const& batch) const override {
    if (batch.items.empty()) return {};
    PassSize const size = pass_size(batch, stack_.causal);
    return part_ == Part::slowdown ? steady_slowdown(size) : steady_paging(size);
  }

 private:
  /// By the equation of `enclave_cost`, whose maxima are followed up to where they change places.
  [[nodiscard]] SteadyCost steady_slowdown(PassSize const& size) const {
    double const members = group_.tensor_parallel;
    SteadyCost sum;
    for (TokenLayerKind const& kind : stack_.kinds) {
      PassWork const work = pass_work(kind.work, size);
      PassWork const growth = pass_growth(kind.work, size);
      auto const rate = *group_.processor.rate(stack_.compute_type);
      SteadyCost const compute{(work.flop / members / rate).value(), (growth.flop / members / rate).value()};
      SteadyCost memory;
      if (auto const& bandwidth = group_.processor.memory) {
        memory = {(work.bytes / members / *bandwidth).value(), (growth.bytes / members / *bandwidth).value()};
      }
      SteadyCost const inside = larger(enclave_.compute_slowdown.value_or(1) * compute,  //
                                       enclave_.memory_slowdown.value_or(1) * memory);
      sum += kind.times * (inside + -1.0 * larger(compute, memory));
    }
    return sum;
  }

  [[nodiscard]] SteadyCost steady_paging(PassSize const& size) const {
    Bytes const beyond = stack_.weights + size.context * stack_.kv_per_token - *enclave_.protected_memory;
    Bytes const growth = size.context_growth * stack_.kv_per_token;
    std::uint32_t const fits = steps_at_most_zero({beyond.value(), growth.value()});
    if (fits > 0) return {0, 0, fits};
    SteadyCost moved;
    for (TokenLayerKind const& kind : stack_.kinds) {
      moved +=
          kind.times * SteadyCost{pass_work(kind.work, size).bytes.value(), pass_growth(kind.work, size).bytes.value()};
    }
    return SteadyCost{enclave_.paging->jump.value()} + 1 / enclave_.paging->rate.value() * moved;
  }

  [[nodiscard]] Seconds slowdown(PassSize const& size) const {
    double const members = group_.tensor_parallel;
    Seconds sum;
    for (TokenLayerKind const& kind : stack_.kinds) {
      PassWork const work = pass_work(kind.work, size);
      InsideWork inside;
      inside.compute_bound = work.flop / members / *group_.processor.rate(stack_.compute_type);
      if (group_.processor.memory) inside.memory_bound = work.bytes / members / *group_.processor.memory;
      sum += kind.times * enclave_cost(enclave_, std::span(&inside, 1)).enclave;
    }
    return sum;
  }

  [[nodiscard]] Seconds paging(PassSize const& size) const {
    Bytes const working_set = stack_.weights + size.context * stack_.kv_per_token;
    if (working_set <= *enclave_.protected_memory) return Seconds(0);
    Bytes moved;
    for (TokenLayerKind const& kind : stack_.kinds) moved += kind.times * pass_work(kind.work, size).bytes;
    return enclave_.paging->jump + moved / enclave_.paging->rate;
  }

  Part part_;
  TokenStack stack_;
  ProcessorGroup group_;
  Enclave enclave_;
};

/// A share of another cost.
class ScaledStepCost final : public StepCost {
 public:
  ScaledStepCost(std::shared_ptr<StepCost const> cost, double factor) : cost_(std::move(cost)), factor_(factor) {}
  [[nodiscard]] double seconds(Batch const& batch) const override { return factor_ * cost_->seconds(batch); }
  [[nodiscard]] SteadyCost steady(Batch const& batch) const override { return factor_ * cost_->steady(batch); }

 private:
  std::shared_ptr<StepCost const> cost_;
  double factor_;
};

/// Whether the tables hold for the segment; otherwise a problem.
bool tables_fit(ProtocolInput const& input, Segment const& segment, ServerConfig const& server,
                std::vector<PlanProblem>& problems) {
  StepTables const& tables = *server.step_tables;
  if (tables.model != input.model.name()) {
    problems.push_back({"server '" + server.name + "' has measured times of model '" + tables.model + "'",
                        "the workload runs model '" + input.model.name() + "'"});
    return false;
  }
  if (segment.layers.size() == input.model.layers().size()) return true;
  problems.push_back({"server '" + server.name + "' has measured times of the whole model",
                      "the placement gives it " + std::to_string(segment.layers.size()) + " of " +
                          std::to_string(input.model.layers().size()) + " layers"});
  return false;
}

void add_enclave(ProtocolInput const& input, Segment const& segment, TokenStack const& stack, ProcessorGroup const& group,
                 bool tables, SegmentCost& cost, std::vector<PlanProblem>& problems) {
  Enclave const& enclave = enclave_of(input.platform, segment.place);
  cost.slowdown = slowdown_cost(stack, group, enclave);
  if (cost.slowdown && tables) {
    double const factor = std::max(enclave.compute_slowdown.value_or(1), enclave.memory_slowdown.value_or(1));
    cost.slowdown = std::make_shared<ScaledStepCost>(cost.compute, factor - 1);
  }
  if (!enclave.protected_memory) return;
  if (enclave.paging) {
    cost.paging = std::make_shared<EnclaveStepCost>(EnclaveStepCost::Part::paging, stack, group, enclave);
  } else if (stack.weights > *enclave.protected_memory) {
    Device const& device = input.platform.device(segment.place.device);
    problems.push_back({"the layers in enclave '" + device.name + "." + enclave.name + "' outgrow its protected memory",
                        "their weights do, and what paging costs there is unknown"});
  }
}

}  // namespace

std::shared_ptr<StepCost const> slowdown_cost(TokenStack const& stack, ProcessorGroup const& group,
                                              Enclave const& enclave) {
  if (enclave.compute_slowdown.value_or(1) <= 1 && enclave.memory_slowdown.value_or(1) <= 1) return nullptr;
  return std::make_shared<EnclaveStepCost>(EnclaveStepCost::Part::slowdown, stack, group, enclave);
}

std::vector<Segment> segments_of(Placement const& placement) {
  std::vector<Segment> segments;
  for (std::uint32_t i = 0; i < placement.of_layer.size(); ++i) {
    ProcessorRef const place = placement.of_layer[i];
    if (segments.empty() || segments.back().place != place) segments.push_back({place, {}});
    segments.back().layers.push_back(LayerId(i));
  }
  return segments;
}

std::optional<SegmentCost> segment_cost(ProtocolInput const& input, Segment const& segment, ServerConfig const* server,
                                        std::vector<PlanProblem>& problems) {
  Device const& device = input.platform.device(segment.place.device);
  ProcessorGroup group;
  group.processor = device.processors[segment.place.processor];
  Seconds overhead;
  if (server != nullptr) {
    group.tensor_parallel = server->tensor_parallel;
    group.pipeline_parallel = server->pipeline_parallel;
    group.peer = server->peer;
    overhead = server->overhead;
  }
  TokenStack const stack = token_stack(input.model, segment.layers);
  bool const tables = server != nullptr && server->step_tables != nullptr;
  SegmentCost cost;
  if (tables) {
    if (!tables_fit(input, segment, *server, problems)) return std::nullopt;
    cost.compute = std::make_shared<TableStepCost>(server->step_tables, overhead);
  } else if (RooflineStepCost::can_price(stack, group.processor)) {
    cost.compute = std::make_shared<RooflineStepCost>(stack, group, overhead);
  } else {
    problems.push_back({"processor '" + device.name + "." + group.processor.name + "' has no rate for " +
                            std::string(to_string(stack.compute_type)),
                        "model '" + input.model.name() + "' computes in it"});
    return std::nullopt;
  }
  if (segment.place.enclave) add_enclave(input, segment, stack, group, tables, cost, problems);
  return cost;
}

}  // namespace coinfer
