#include "privacy/protocols/wire.hpp"

#include <algorithm>

#include "privacy/attribution.hpp"

namespace coinfer {

namespace {

bool on_cpu(Platform const& platform, ProcessorRef place) {
  return platform.device(place.device).processors[place.processor].kind == Processor::Kind::cpu;
}

void report_once(std::vector<PlanProblem>& problems, PlanProblem problem) {
  bool const known = std::any_of(problems.begin(), problems.end(),
                                 [&](PlanProblem const& other) { return other.problem == problem.problem; });
  if (!known) problems.push_back(std::move(problem));
}

}  // namespace

ProcessorRef general_processor(Platform const& platform, DeviceId device) {
  std::vector<Processor> const& all = platform.device(device).processors;
  auto const cpu = std::find_if(all.begin(), all.end(), [](Processor const& p) { return p.kind == Processor::Kind::cpu; });
  return {device, cpu == all.end() ? 0 : static_cast<std::uint32_t>(cpu - all.begin())};
}

Protection protection_at(ProcessorRef place) { return place.enclave ? Protection::sealed : Protection::clear; }

std::vector<std::string> names_of(Model const& model, std::span<LayerId const> tensors) {
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

std::optional<PhaseBuilder::Step> Wire::send(PhaseBuilder& phase, ProcessorRef from, ProcessorRef to, Parcel const& parcel,
                                             std::span<PhaseBuilder::Step const> after) {
  Journey const journey{from.device, to.device};
  if (journey.from == journey.to) return std::nullopt;
  if (!input_.platform.route(journey.from, journey.to)) {
    // Links carry both ways, so the way back has no news.
    auto const [first, second] = std::minmax(journey.from, journey.to);
    report_once(problems_, {"no route between '" + input_.platform.device(first).name + "' and '" +
                                input_.platform.device(second).name + "'",
                            "no links join them"});
  }
  AmountRule bytes;
  bytes.per_token = parcel.bytes_per_token;
  bytes.per_sequence = parcel.bytes_per_sequence;
  bytes.per_further_token = parcel.bytes_per_further_token;
  bytes.only_further = parcel.only_further;
  Bytes const fixed = parcel.fixed + input_.wire.framing;
  PlanTask meaning;
  meaning.tensor = phase.tensor(parcel.names);
  meaning.at_sender = std::max(protection_at(from), parcel.by_itself.value_or(Protection::clear));
  meaning.at_receiver = std::max(protection_at(to), parcel.by_itself.value_or(Protection::clear));
  meaning.protection = parcel.by_itself.value_or(Protection::clear);

  std::vector<PhaseBuilder::Step> before(after.begin(), after.end());
  if (input_.wire.serialise > Seconds(0)) before = {phase.delay(input_.wire.serialise, serialise_part, before)};
  bool const masked = parcel.by_itself == Protection::masked;
  bool const attested = (to.enclave && !masked) || (from.enclave && to.device == input_.source && !parcel.by_itself);
  if (!input_.wire.encrypted && !attested) return phase.transfer(journey, fixed, meaning, before, bytes);
  meaning.protection = Protection::transport_encrypted;
  before = {cipher(phase, from, fixed, bytes, before)};
  before = {phase.transfer(journey, fixed, meaning, before, bytes)};
  return cipher(phase, to, fixed, bytes, before);
}

PhaseBuilder::Step Wire::cipher(PhaseBuilder& phase, ProcessorRef at, Bytes fixed, AmountRule const& bytes,
                                std::span<PhaseBuilder::Step const> after) {
  Device const& device = input_.platform.device(at.device);
  bool const inside = at.enclave && on_cpu(input_.platform, at);
  std::optional<BytesPerSecond> rate = device.aes_rate;
  if (inside && device.enclaves[*at.enclave].aes_rate) rate = device.enclaves[*at.enclave].aes_rate;
  if (!rate) {
    report_once(problems_, {"device '" + device.name + "' cannot encrypt",
                            "it has no aes_gcm_gbit_per_s, the time is unknown", "transport"});
    rate = BytesPerSecond(1);
  }
  AmountRule seconds = bytes;
  seconds.per_token /= rate->value();
  seconds.per_sequence /= rate->value();
  seconds.per_further_token /= rate->value();
  ProcessorRef const where = inside ? at : general_processor(input_.platform, at.device);
  return phase.compute(StationRef{where}, fixed / *rate, crypto_part, PlanTask{}, after, seconds);
}

}  // namespace coinfer
