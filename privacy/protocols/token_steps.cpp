#include "privacy/protocols/token_steps.hpp"

#include <algorithm>
#include <cassert>

#include "privacy/attribution.hpp"
#include "workloads/cut.hpp"
#include "workloads/transformer_layers.hpp"

namespace coinfer {

namespace {

bool holds(Segment const& segment, LayerId layer) {
  return std::binary_search(segment.layers.begin(), segment.layers.end(), layer);
}

/// Bytes of one token's row.
double row_bytes(Model const& model, std::span<LayerId const> tensors, DataType type) {
  Bytes total;
  for (LayerId tensor : tensors) total += tensor_bytes(model, tensor, type);
  return total.value();
}

}  // namespace

TokenSteps::TokenSteps(ProtocolInput const& input, PlanBuilder& builder, std::vector<PlanProblem>& problems)
    : input_(input),
      builder_(builder),
      problems_(problems),
      wire_(input, problems),
      home_(general_processor(input.platform, input.source)),
      encoder_(input.model.transformer()->encoder),
      id_bytes_(static_cast<double>(input.model.transformer()->token_id_bytes)) {}

Parcel TokenSteps::prompt() const {
  Parcel parcel{{"input"}, input_.wire.input.value_or(Bytes(0))};
  if (!input_.wire.input) parcel.bytes_per_token = id_bytes_;
  return parcel;
}

Parcel TokenSteps::yield(bool every_token) const {
  Parcel parcel{{"output"}, Bytes(0)};
  double const elements = static_cast<double>(input_.model.shape(input_.model.output()).elements());
  double const bytes = encoder_ ? (elements * size_of(input_.model.compute_type())).value() : id_bytes_;
  (every_token ? parcel.bytes_per_token : parcel.bytes_per_sequence) = bytes;
  return parcel;
}

Parcel TokenSteps::rest_of_answer() const {
  Parcel parcel{{"output"}, Bytes(0)};
  parcel.bytes_per_further_token = id_bytes_;
  return parcel;
}

Parcel TokenSteps::activations(std::span<LayerId const> tensors) const {
  Parcel parcel{names_of(input_.model, tensors), Bytes(0)};
  parcel.bytes_per_token = row_bytes(input_.model, tensors, input_.wire.type);
  return parcel;
}

TokenSteps::Steps TokenSteps::send(PhaseBuilder& phase, ProcessorRef from, ProcessorRef to, Parcel const& parcel,
                                   Steps after) {
  std::optional<PhaseBuilder::Step> const sent = wire_.send(phase, from, to, parcel, after);
  return sent ? Steps{*sent} : after;
}

PhaseBuilder::Step TokenSteps::deliver(PhaseBuilder& phase, ProcessorRef from, Parcel const& parcel,
                                       PhaseBuilder::Step after) {
  if (!input_.wire.return_result) return after;
  return send(phase, from, home_, parcel, {after}).front();
}

PlanTask TokenSteps::meaning_of(PhaseBuilder& phase, Segment const& segment) const {
  PlanTask meaning;
  if (holds(segment, input_.model.output())) {
    meaning.tensor = phase.tensor({"output"});
    meaning.protection = protection_at(segment.place);
    return meaning;
  }
  // What is handed over between the normal world of a device and an enclave of it lies in the normal world in the clear.
  std::vector<LayerId> handed;
  for (LayerId layer : segment.layers) {
    std::span<LayerId const> const readers = input_.model.readers(layer);
    bool const crosses = std::any_of(readers.begin(), readers.end(), [&](LayerId reader) {
      ProcessorRef const there = input_.placement.of(reader);
      return there.device == segment.place.device && there.enclave != segment.place.enclave;
    });
    if (crosses) handed.push_back(layer);
  }
  if (!handed.empty()) meaning.tensor = phase.tensor(names_of(input_.model, handed));
  return meaning;
}

Copies TokenSteps::copies_of(Segment const& segment) const {
  DataType const type = input_.model.compute_type();
  Copies copies;
  std::vector<LayerId> read;
  std::vector<LayerId> written;
  for (LayerId layer : segment.layers) {
    for (LayerId from : input_.model.layer(layer).inputs) {
      if (from == model_input) {
        copies.per_token += id_bytes_;
      } else if (!holds(segment, from) && std::find(read.begin(), read.end(), from) == read.end()) {
        read.push_back(from);
      }
    }
    std::span<LayerId const> const readers = input_.model.readers(layer);
    bool const leaves =
        std::any_of(readers.begin(), readers.end(), [&](LayerId reader) { return !holds(segment, reader); });
    if (leaves) written.push_back(layer);
  }
  copies.per_token += row_bytes(input_.model, read, type) + row_bytes(input_.model, written, type);
  if (holds(segment, input_.model.output())) copies.per_sequence = yield().bytes_per_sequence;
  return copies;
}

PhaseBuilder::Step TokenSteps::add(PhaseBuilder& phase, Segment const& segment, ServerConfig const* server, Steps after) {
  std::optional<SegmentCost> const cost = segment_cost(input_, segment, server, problems_);
  AmountRule rule;
  if (cost) {
    rule.cost = phase.cost(cost->compute);
    if (cost->slowdown) rule.overhead = phase.cost(cost->slowdown);
    if (cost->paging) rule.second_overhead = phase.cost(cost->paging);
  }
  after = enter(phase, input_.platform, segment.place, copies_of(segment), after);
  StationRef const station{segment.place};
  PhaseBuilder::Step const done =
      phase.compute(station, Seconds(0), compute_part, meaning_of(phase, segment), after, rule, enclave_part, paging_part);
  return leave(phase, input_.platform, segment.place, done);
}

PhaseBuilder::Step TokenSteps::pass(PhaseBuilder& phase, Segment const& segment, Steps const& after) {
  return add(phase, segment, nullptr, after);
}

void TokenSteps::iteration(Segment const& segment, ServerConfig const& server) {
  add(builder_.iteration(segment.place), segment, &server, {});
}

std::optional<ProcessorRef> TokenSteps::opener(ProcessorRef place) {
  ServerConfig const* server = input_.server_at(place);
  if (server == nullptr || server->prefill_on.empty()) return std::nullopt;
  auto const found = std::find_if(input_.servers.begin(), input_.servers.end(),
                                  [&](ServerConfig const& other) { return other.name == server->prefill_on; });
  std::optional<ProcessorRef> const where =
      found == input_.servers.end() ? std::nullopt : processor_of(input_.platform, *found);
  if (!where) {
    problems_.push_back({"server '" + server->name + "' has no server '" + server->prefill_on + "' for its openings"});
  } else if (place.enclave) {
    problems_.push_back(
        {"server '" + server->name + "' works in an enclave and leaves its openings to '" + found->name + "'",
         "prompts would be read in the normal world there"});
  }
  return where;
}

void TokenSteps::answer(PhaseBuilder& phase, ProcessorRef place, Steps const& after) {
  std::optional<ProcessorRef> const other = encoder_ ? std::nullopt : opener(place);
  ProcessorRef const first = other.value_or(place);
  PhaseBuilder::Step const opened = serve(phase, first, ServeForm::opening, after);
  phase.yields_first_token(deliver(phase, first, yield(), opened));
  if (encoder_) return;
  Steps ready = {opened};
  if (other) {
    Parcel keys{{"keys and values"}, Bytes(0)};
    std::vector<LayerId> const layers = input_.placement.layers_on(place);
    keys.only_further = true;
    keys.bytes_per_token = kv_bytes_per_token(input_.model, layers).value();
    ready = send(phase, first, place, keys, ready);
  }
  PhaseBuilder::Step const rest = serve(phase, place, ServeForm::rest, ready);
  deliver(phase, place, rest_of_answer(), rest);
}

}  // namespace coinfer
