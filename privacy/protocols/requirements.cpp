#include "privacy/protocols/requirements.hpp"

#include "privacy/protocols/enclave_steps.hpp"

namespace coinfer {

namespace {

std::string name_of(proto::ProtocolOptions::OfCase options) {
  switch (options) {
    case proto::ProtocolOptions::kPerTokenPipeline:
      return "per_token_pipeline";
    case proto::ProtocolOptions::kCmif:
      return "cmif";
    case proto::ProtocolOptions::kTalaria:
      return "talaria";
    default:
      return "";
  }
}

std::string_view word_of(Processor::Kind kind) {
  if (kind == Processor::Kind::cpu) return "cpu";
  return kind == Processor::Kind::gpu ? "gpu" : "npu";
}

}  // namespace

std::string place_name(Platform const& platform, ProcessorRef place) {
  Device const& device = platform.device(place.device);
  if (place.enclave) return device.name + "." + device.enclaves.at(*place.enclave).name;
  return device.name + "." + device.processors[place.processor].name;
}

void require_own_options(ProtocolInput const& input, std::string const& protocol, proto::ProtocolOptions::OfCase own,
                         std::vector<PlanProblem>& problems) {
  proto::ProtocolOptions::OfCase const given = input.options.of_case();
  if (given == proto::ProtocolOptions::OF_NOT_SET || given == own) return;
  problems.push_back(
      {"options of protocol '" + name_of(given) + "' are given", "the protocol is '" + protocol + "'", "options"});
}

void require_token_model(ProtocolInput const& input, std::string const& protocol, bool encoders,
                         std::vector<PlanProblem>& problems) {
  std::optional<Transformer> const& transformer = input.model.transformer();
  if (transformer && (encoders || !transformer->encoder)) return;
  problems.push_back({"protocol '" + protocol + "' is for models of tokens" + (encoders ? "" : " that generate"),
                      "'" + input.model.name() + "' " + (transformer ? "only encodes" : "is none"), "model"});
}

void require_one_enclave(ProtocolInput const& input, std::string const& protocol, Processor::Kind kind,
                         std::vector<PlanProblem>& problems) {
  std::string const problem =
      "protocol '" + protocol + "' needs every layer in one enclave of a " + std::string(word_of(kind));
  ProcessorRef const first = input.placement.of(LayerId(0));
  for (std::uint32_t i = 0; i < input.placement.of_layer.size(); ++i) {
    ProcessorRef const here = input.placement.of(LayerId(i));
    Processor const& processor = input.platform.device(here.device).processors[here.processor];
    if (here.enclave && processor.kind == kind && here == first) continue;
    problems.push_back(
        {problem, "layer '" + input.model.layer(LayerId(i)).name + "' is on '" + place_name(input.platform, here) + "'"});
    return;
  }
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
