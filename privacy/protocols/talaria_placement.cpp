#include "privacy/protocols/talaria_placement.hpp"

#include "privacy/protocols/requirements.hpp"
#include "privacy/protocols/talaria_masks.hpp"
#include "workloads/processor_ref_load.hpp"

namespace coinfer {

namespace {

char const* const linears_field = "options.talaria.linears_on";

/// "device" (its first processor) or "device.processor".
std::optional<ProcessorRef> find_processor(Platform const& platform, std::string const& text,
                                           std::vector<PlanProblem>& problems) {
  Diagnostics found;
  auto const processor = load_processor_ref(text, Location{}, platform, found);
  for (Diagnostic const& diagnostic : found.sorted()) {
    problems.push_back(
        {diagnostic.problem, diagnostic.why.empty() ? diagnostic.suggestion : diagnostic.why, linears_field});
  }
  return processor;
}

bool is_cpu_enclave(Platform const& platform, ProcessorRef place) {
  return place.enclave && platform.device(place.device).processors[place.processor].kind == Processor::Kind::cpu;
}

/// What the model and the options must be.
bool suits(ProtocolInput const& input, std::vector<PlanProblem>& problems) {
  std::size_t const before = problems.size();
  require_own_options(input, "talaria", proto::ProtocolOptions::kTalaria, problems);
  require_token_model(input, "talaria", false, problems);
  if (input.options.of_case() == proto::ProtocolOptions::OF_NOT_SET) {
    problems.push_back({"protocol 'talaria' needs options { talaria { rank_ratio: ... } }",
                        "the rank of its masks is not published", "options"});
  }
  if (problems.size() != before) return false;
  for (Layer const& layer : input.model.layers()) {
    if (!layer.weight_dependent || layer.macs == 0 || can_be_masked(layer)) continue;
    problems.push_back({"protocol 'talaria' cannot mask layer '" + layer.name + "'",
                        "it is not a product with weights alone: " + layer.kind, "model"});
    break;
  }
  return problems.size() == before;
}

/// That the layers of `linears` are all on `gpu`, and all others on `inside`; the first that is not is told.
void check_places(ProtocolInput const& input, TalariaPlacement const& places, std::vector<MaskedLinear> const& linears,
                  std::vector<PlanProblem>& problems) {
  std::vector<bool> masked(input.model.layers().size(), false);
  for (MaskedLinear const& linear : linears) masked[linear.layer.index()] = true;
  std::optional<LayerId> stray_linear;
  std::optional<LayerId> stray_other;
  for (std::uint32_t i = 0; i < masked.size(); ++i) {
    ProcessorRef const here = places.placement.of(LayerId(i));
    if (masked[i] && (here != places.gpu || here.enclave) && !stray_linear) stray_linear = LayerId(i);
    bool const inside = here == places.inside && is_cpu_enclave(input.platform, here);
    if (!masked[i] && !inside && !stray_other) stray_other = LayerId(i);
  }
  auto const tell = [&](std::optional<LayerId> stray, std::string problem) {
    if (!stray) return;
    problems.push_back({std::move(problem), "layer '" + input.model.layer(*stray).name + "' is placed on '" +
                                                place_name(input.platform, places.placement.of(*stray)) + "'"});
  };
  tell(stray_other, "protocol 'talaria' keeps every layer that is no product with weights in one enclave of a cpu");
  tell(stray_linear, "protocol 'talaria' hands every product with weights to one processor in the normal world");
}

}  // namespace

std::optional<TalariaPlacement> talaria_placement(ProtocolInput const& input, std::vector<PlanProblem>& problems) {
  if (!suits(input, problems)) return std::nullopt;
  std::size_t const before = problems.size();
  std::vector<MaskedLinear> const linears = masked_linears(input.model);
  TalariaPlacement places{input.placement, {}, {}};
  if (input.options.talaria().has_linears_on()) {
    auto const gpu = find_processor(input.platform, input.options.talaria().linears_on(), problems);
    if (!gpu) return std::nullopt;
    for (MaskedLinear const& linear : linears) places.placement.of_layer[linear.layer.index()] = *gpu;
  }
  places.inside = places.placement.of_layer.front();  // the embedding
  places.gpu = places.placement.of(linears.front().layer);
  check_places(input, places, linears, problems);
  if (problems.size() == before && places.gpu.device == places.inside.device) {
    problems.push_back({"protocol 'talaria' needs its confidential VM and the processor of its products on two devices",
                        "both are '" + input.platform.device(places.gpu.device).name +
                            "'; what crosses the link between them is what it costs"});
  }
  if (ServerConfig const* const server = input.server_at(places.gpu); server != nullptr && server->group_size() > 1) {
    problems.push_back({"protocol 'talaria' does not divide a product among a group",
                        "server '" + server->name + "' is one of " + std::to_string(server->group_size())});
  }
  if (problems.size() != before) return std::nullopt;
  return places;
}

}  // namespace coinfer
