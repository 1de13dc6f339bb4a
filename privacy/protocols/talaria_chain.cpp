#include "privacy/protocols/talaria_chain.hpp"

#include "privacy/attribution.hpp"
#include "workloads/serving/roofline_step_cost.hpp"

namespace coinfer {

namespace {

/// "attn_norm" for the layer of that name in any block: equal layers share a cost.
std::string kind_of(Layer const& layer) { return layer.name.substr(layer.name.rfind('.') + 1); }

ProcessorGroup alone(Platform const& platform, ProcessorRef place) {
  ProcessorGroup group;
  group.processor = platform.device(place.device).processors[place.processor];
  return group;
}

/// A stack of one piece of work that is no layer of the model.
TokenStack stack_of(Model const& model, TokenWork const& work) {
  TokenStack stack;
  stack.model = model.name();
  stack.compute_type = model.compute_type();
  stack.kinds = {{work, 1}};
  return stack;
}

}  // namespace

TalariaChain::TalariaChain(ProtocolInput const& input, TalariaPlacement const& places, TokenSteps& steps,
                           PhaseBuilder& phase)
    : input_(input),
      inside_(places.inside),
      gpu_(places.gpu),
      steps_(steps),
      phase_(phase),
      ratio_(input.options.talaria().rank_ratio()) {}

PhaseBuilder::Step TalariaChain::run(std::span<MaskedLinear const> linears, Seconds overhead, Steps after) {
  after = enter(phase_, input_.platform, inside_, {}, after);
  if (overhead > Seconds(0)) after = {phase_.compute(StationRef{inside_}, overhead, compute_part, {}, after)};
  std::uint32_t next = 0;
  for (MaskedLinear const& linear : linears) {
    std::vector<LayerId> operators;
    for (; next < linear.layer.index(); ++next) operators.emplace_back(next);
    ++next;
    if (!operators.empty()) after = {operate(operators, after)};
    after = trip(linear, after);
  }
  return leave(phase_, input_.platform, inside_, after.front());
}

/// The operators without products between two trips.
PhaseBuilder::Step TalariaChain::operate(std::vector<LayerId> const& layers, Steps const& after) {
  std::string name = "operators";
  for (LayerId layer : layers) name += " " + kind_of(input_.model.layer(layer));
  return compute_inside(name, token_stack(input_.model, layers), compute_part, PlanTask{}, after);
}

/// Mask, up, product, down, recover.
TalariaChain::Steps TalariaChain::trip(MaskedLinear const& linear, Steps after) {
  Model const& model = input_.model;
  Layer const& layer = model.layer(linear.layer);
  Parcel const up = parcel(linear, layer.inputs.front(), linear.inputs, "inputs");
  Parcel const down = parcel(linear, linear.layer, linear.outputs, "outputs");

  TokenStack const masking = stack_of(model, mask_work(linear, ratio_, model.compute_type()));
  after = {compute_inside("mask " + kind_of(layer), masking, protect_part, PlanTask{}, after)};
  after = {leave(phase_, input_.platform, inside_, after.front())};
  after = steps_.send(phase_, inside_, gpu_, up, after);
  after = {compute_outside(linear, PlanTask{phase_.tensor(down.names), Protection::masked}, after)};
  after = steps_.send(phase_, gpu_, inside_, down, after);
  after = enter(phase_, input_.platform, inside_, {}, after);
  PlanTask meaning;
  if (linear.layer == model.output()) meaning = {phase_.tensor({"output"}), protection_at(inside_)};
  TokenStack const recovering = stack_of(model, recover_work(linear, ratio_, model.compute_type()));
  return {compute_inside("recover " + kind_of(layer), recovering, protect_part, meaning, after)};
}

/// Masked values that cross, in the wire's type: "block0.qkv inputs", to tables also "masked linear inputs" and the cut
/// that they leave.
Parcel TalariaChain::parcel(MaskedLinear const& linear, LayerId tensor, double values, std::string const& what) const {
  Parcel result{{input_.model.layer(linear.layer).name + " " + what, "masked linear " + what}, Bytes(0)};
  std::vector<std::string> const cut = names_of(input_.model, std::span(&tensor, 1));
  result.names.insert(result.names.end(), cut.begin(), cut.end());
  double const bytes = (values * size_of(input_.wire.type)).value();
  (linear.last_positions_only ? result.bytes_per_sequence : result.bytes_per_token) = bytes;
  result.by_itself = Protection::masked;
  return result;
}

PhaseBuilder::Step TalariaChain::compute_inside(std::string const& name, TokenStack const& stack, Part part,
                                                PlanTask meaning, Steps const& after) {
  ProcessorGroup const group = alone(input_.platform, inside_);
  AmountRule rule;
  rule.cost = cost(name, std::make_shared<RooflineStepCost>(stack, group, Seconds(0)));
  if (auto slowdown = slowdown_cost(stack, group, enclave_of(input_.platform, inside_))) {
    rule.overhead = cost(name + " slowed", std::move(slowdown));
  }
  return phase_.compute(StationRef{inside_}, Seconds(0), part, meaning, after, rule, enclave_part);
}

PhaseBuilder::Step TalariaChain::compute_outside(MaskedLinear const& linear, PlanTask meaning, Steps const& after) {
  TokenStack const stack = token_stack(input_.model, std::span(&linear.layer, 1));
  AmountRule rule;
  rule.cost = cost("product " + kind_of(input_.model.layer(linear.layer)),
                   std::make_shared<RooflineStepCost>(stack, alone(input_.platform, gpu_), Seconds(0)));
  return phase_.compute(StationRef{gpu_}, Seconds(0), compute_part, meaning, after, rule);
}

/// The cost of that name, added where it is new.
std::uint32_t TalariaChain::cost(std::string const& name, std::shared_ptr<StepCost const> cost) {
  auto const [entry, added] = costs_.try_emplace(name, 0);
  if (added) entry->second = phase_.cost(std::move(cost));
  return entry->second;
}

}  // namespace coinfer
