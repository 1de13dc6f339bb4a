// Talaria: a confidential VM keeps prompt, answer, keys and values and every operator without weights, and hands each
// product with weights to a gpu under masks.
//
// One pass is a chain of 4 L + 1 round trips for L blocks (query, key and value; output; gate and up; down; and once the
// head): mask -> input to the gpu -> product -> output back -> recover -> operators up to the next product. With d values
// in and e values back per token (the head: per sequence) a trip carries n d b bytes up and n e b down, b bytes each. Huang
// et al., arXiv 2603.00196 (ACL 2026); protocols/talaria_masks.hpp has the arithmetic and what is left out. Also left out:
// overlap of several sequences' trips (a batch goes through the chain in lock step) and of a trip with anything else; the
// exchange of M_pub; and that a pass in which no sequence ends needs no trip for the head: it pays an empty one.
#include <algorithm>
#include <cmath>

#include "platforms/roofline.hpp"
#include "privacy/attribution.hpp"
#include "privacy/protocols/talaria_chain.hpp"
#include "privacy/protocols/talaria_placement.hpp"
#include "privacy/protocols/token_steps.hpp"
#include "sim/base/number_format.hpp"
#include "workloads/transformer_layers.hpp"

namespace coinfer {

namespace {

using Steps = std::vector<PhaseBuilder::Step>;

std::string gib(Bytes bytes) {
  constexpr double tenths_of_gib = (1U << 30U) / 10.0;
  return shortest(std::round(bytes.value() / tenths_of_gib) / 10) + " GiB";
}

/// One plan.
class TalariaPlan {
 public:
  TalariaPlan(ProtocolInput const& input, TalariaPlacement const& places, std::vector<PlanProblem>& problems)
      : input_(input),
        places_(places),
        problems_(problems),
        steps_(input, builder_, problems),
        linears_(masked_linears(input.model)),
        server_(input.server_at(places.inside)) {}

  std::optional<Plan> compile() {
    check_rates();
    check_server();
    check_memory();
    std::vector<ProcessorRef> const enclaves = {places_.inside};
    set_up_enclaves(builder_, input_, enclaves, problems_);
    if (!problems_.empty()) return std::nullopt;
    if (!input_.options.talaria().has_setup() || input_.options.talaria().setup()) set_up_products();
    server_ != nullptr ? on_server() : on_processor();
    builder_.note(
        "talaria: masks from a precomputed basis that protect weights were broken (arXiv 2602.11088); whether that carries "
        "over to masks that protect data is not known");
    if (!problems_.empty()) return std::nullopt;
    Plan plan = builder_.build();
    plan.placement = places_.placement;
    return plan;
  }

 private:
  [[nodiscard]] double ratio() const { return input_.options.talaria().rank_ratio(); }
  [[nodiscard]] DataType type() const { return input_.model.compute_type(); }
  [[nodiscard]] Device const& device(ProcessorRef place) const { return input_.platform.device(place.device); }

  void check_rates() {
    for (ProcessorRef const place : {places_.inside, places_.gpu}) {
      Processor const& processor = device(place).processors[place.processor];
      if (processor.rate(type())) continue;
      problems_.push_back({"processor '" + device(place).name + "." + processor.name + "' has no rate for " +
                               std::string(to_string(type())),
                           "model '" + input_.model.name() + "' computes in it"});
    }
  }

  void check_server() {
    if (server_ == nullptr) return;
    std::string const name = "server '" + server_->name + "'";
    if (server_->step_tables) {
      problems_.push_back({name + " has measured times of the whole model", "'talaria' runs a part of it there"});
    }
    if (!server_->prefill_on.empty()) {
      problems_.push_back({name + " leaves its openings to '" + server_->prefill_on + "'",
                           "'talaria' opens where it keeps the keys and values"});
    }
    if (server_->group_size() > 1) {
      problems_.push_back({name + " is a group of " + std::to_string(server_->group_size()),
                           "'talaria' keeps everything in one confidential VM"});
    }
  }

  /// What the layers inside have learned: the embedding and the gains of the norms.
  [[nodiscard]] Bytes weights_inside() const {
    Bytes sum;
    for (LayerId layer : places_.placement.layers_on(places_.inside)) sum += input_.model.layer(layer).weight_bytes;
    return sum;
  }

  void check_memory() {
    Device const& vm = device(places_.inside);
    Enclave const& enclave = enclave_of(input_.platform, places_.inside);
    std::optional<Bytes> room = vm.memory;
    if (enclave.protected_memory) room = room ? std::min(*room, *enclave.protected_memory) : *enclave.protected_memory;
    double tokens = 1;
    if (server_ != nullptr) tokens = server_->kv_capacity_tokens.value_or(server_->kv_block_tokens);
    std::vector<LayerId> const inside = places_.placement.layers_on(places_.inside);
    Bytes const kv = tokens * kv_bytes_per_token(input_.model, inside);
    Bytes const products = public_products(linears_, ratio(), type());
    if (room && products + weights_inside() + kv > *room) {
      problems_.push_back({"what 'talaria' keeps of model '" + input_.model.name() + "' does not fit '" + vm.name + "." +
                               enclave.name + "' (" + gib(products) + " of mask products, " + gib(weights_inside()) +
                               " of embedding and norms, " + gib(kv) + " of keys and values of " + shortest(tokens) +
                               " tokens; " + gib(*room) + " for it)",
                           "a smaller options.talaria.rank_ratio needs less"});
    }
    Bytes weights;
    for (MaskedLinear const& linear : linears_) weights += input_.model.layer(linear.layer).weight_bytes_read;
    Device const& gpu = device(places_.gpu);
    if (gpu.memory && weights > *gpu.memory) {
      problems_.push_back({"the products of model '" + input_.model.name() + "' do not fit '" + gpu.name + "' (" +
                               gib(weights) + " of weights, " + gib(*gpu.memory) + " for it)",
                           "'talaria' does not divide products among several"});
    }
  }

  /// R_pub = M_pub W on the gpu, layer after layer in one step, and its way to the confidential VM: once, or once for each
  /// member of a fleet of them. It shows weights, no data.
  void set_up_products() {
    if (!input_.platform.route(places_.gpu.device, places_.inside.device)) return;  // told with the trips
    PhaseBuilder& phase = builder_.setup(SetupScope::start);
    Processor const& gpu = device(places_.gpu).processors[places_.gpu.processor];
    Seconds time;
    for (MaskedLinear const& linear : linears_) {
      double const rows = ratio() * linear.inputs;
      Bytes const moved =
          input_.model.layer(linear.layer).weight_bytes_read + rows * (linear.inputs + linear.outputs) * size_of(type());
      time += roofline(gpu, type(), Flop(2 * rows * linear.inputs * linear.outputs), moved)->time;
    }
    Steps const made = {phase.compute(StationRef{places_.gpu}, time, compute_part, PlanTask{}, {})};
    Bytes const products = public_products(linears_, ratio(), type());
    phase.transfer({places_.gpu.device, places_.inside.device}, products + input_.wire.framing, PlanTask{}, made);
  }

  void on_server() {
    TalariaChain(input_, places_, steps_, builder_.iteration(places_.inside)).run(linears_, server_->overhead, {});
    builder_.hold(places_.inside, public_products(linears_, ratio(), type()) + weights_inside());
    PhaseBuilder& phase = builder_.once();
    steps_.answer(phase, places_.inside, steps_.send(phase, steps_.home(), places_.inside, steps_.prompt(), {}));
  }

  void on_processor() {
    PhaseBuilder& first = builder_.once();
    Steps const there = steps_.send(first, steps_.home(), places_.inside, steps_.prompt(), {});
    PhaseBuilder::Step const done = TalariaChain(input_, places_, steps_, first).run(linears_, Seconds(0), there);
    first.yields_first_token(steps_.deliver(first, places_.inside, steps_.yield(), done));
    TalariaChain(input_, places_, steps_, builder_.each_step()).run(linears_, Seconds(0), {});
    if (input_.wire.return_result)
      steps_.send(builder_.closing(), places_.inside, steps_.home(), steps_.rest_of_answer(), {});
  }

  ProtocolInput const& input_;
  TalariaPlacement const& places_;
  std::vector<PlanProblem>& problems_;
  PlanBuilder builder_;
  TokenSteps steps_;
  std::vector<MaskedLinear> linears_;
  ServerConfig const* server_;
};

class Talaria final : public Protocol {
 public:
  [[nodiscard]] std::optional<Plan> compile(ProtocolInput const& input, std::vector<PlanProblem>& problems) const override {
    std::optional<TalariaPlacement> const places = talaria_placement(input, problems);
    if (!places) return std::nullopt;
    ProtocolInput const placed{input.platform, input.model,   places->placement, input.source,     input.trace,
                               input.wire,     input.servers, input.options,     input.attestation};
    return TalariaPlan(placed, *places, problems).compile();
  }
};

}  // namespace

std::unique_ptr<Protocol> make_talaria() { return std::make_unique<Talaria>(); }

}  // namespace coinfer
