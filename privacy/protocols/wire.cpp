#include "privacy/protocols/wire.hpp"

#include <algorithm>

#include "privacy/attribution.hpp"

namespace coinfer {

namespace {

/// Encryption runs on the first general-purpose processor, or on the first of all where there is none.
std::uint32_t cipher_processor(Device const& device) {
  auto const cpu = std::find_if(device.processors.begin(), device.processors.end(),
                                [](Processor const& p) { return p.kind == Processor::Kind::cpu; });
  return cpu == device.processors.end() ? 0 : static_cast<std::uint32_t>(cpu - device.processors.begin());
}

}  // namespace

PhaseBuilder::Step Wire::send(Journey journey, Bytes amount, std::vector<std::string> const& names,
                              std::span<PhaseBuilder::Step const> after) {
  if (!input_.platform.route(journey.from, journey.to)) {
    // Links carry both ways, so the way back has no news.
    auto const [first, second] = std::minmax(journey.from, journey.to);
    problems_.push_back(
        {"no route between '" + input_.platform.device(first).name + "' and '" + input_.platform.device(second).name + "'",
         "no links join them"});
  }
  Bytes const on_wire = amount + input_.wire.framing;
  PlanTask meaning;
  meaning.tensor = phase_.tensor(names);
  if (!input_.wire.encrypted) return phase_.transfer(journey, on_wire, meaning, after);
  meaning.protection = Protection::transport_encrypted;
  std::vector<PhaseBuilder::Step> const encrypted = {cipher(journey.from, on_wire, after)};
  std::vector<PhaseBuilder::Step> const arrived = {phase_.transfer(journey, on_wire, meaning, encrypted)};
  return cipher(journey.to, on_wire, arrived);
}

PhaseBuilder::Step Wire::cipher(DeviceId id, Bytes amount, std::span<PhaseBuilder::Step const> after) {
  Device const& device = input_.platform.device(id);
  Seconds time{0};
  if (device.aes_rate) {
    time = amount / *device.aes_rate;
  } else {
    problems_.push_back(
        {"device '" + device.name + "' cannot encrypt", "it has no aes_gcm_gbit_per_s, the time is unknown", "transport"});
  }
  return phase_.compute(StationRef{{id, cipher_processor(device)}}, time, crypto_part, PlanTask{}, after);
}

}  // namespace coinfer
