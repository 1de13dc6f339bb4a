// A small token model and a platform with enclaves on which every layer takes one second, for tests of token protocols.
//
// The model has 25 layers: the embedding, 11 in each of two blocks, the final norm and the head. A token id has 4 bytes, a
// hidden state 4 values, 8 bytes in bf16. Every processor computes arithmetic in no time and starts a layer in one second,
// so that a pass through n layers takes n seconds whatever it works on. AES runs at 8 bytes per second, bridges too.
#pragma once

#include <map>
#include <set>

#include "privacy/derive_exposures.hpp"
#include "tests/unit/privacy/plan_samples.hpp"
#include "workloads/serving/server_config.hpp"

namespace coinfer::plans {

inline Model token_model(std::string const& more = "") {
  return model_of(
      "name: \"t\" transformer { layers: 2 width: 4 heads: 1 ff_width: 8 vocabulary: 16 max_context_tokens: 100 " + more +
      "}");
}

inline Enclave enclave(std::string const& name, std::uint32_t processor) {
  Enclave result;
  result.name = name;
  result.processor = processor;
  result.compute_slowdown = result.memory_slowdown = 1;
  result.attestation = EnclaveAttestation{Seconds(3), std::nullopt, Seconds(2)};
  return result;
}

/// Each device has a gpu (0) and a cpu (1); enclave 0 "tee" is on the cpu, with half a second for a crossing, and enclave 1
/// "cc" on the gpu, with a bridge of 0.25 s and 0.125 s per sequence.
inline PlatformInput enclave_tiers() {
  PlatformInput input = tiers();
  for (Device& device : input.devices) {
    device.aes_rate = BytesPerSecond(8);
    for (Processor& processor : device.processors) {
      for (auto& rate : processor.rates) rate = FlopPerSecond(1e30);
      processor.launch = Seconds(1);
    }
    Enclave tee = enclave("tee", 1);
    tee.entry = Seconds(0.5);
    Enclave cc = enclave("cc", 0);
    cc.bridge = EnclaveBridge{BytesPerSecond(8), Seconds(0.25), Seconds(0.125), {}};
    device.enclaves = {tee, cc};
  }
  return input;
}

inline ProcessorRef gpu(DeviceId device) { return {device, 0}; }
inline ProcessorRef cpu(DeviceId device) { return {device, 1}; }
inline ProcessorRef tee(DeviceId device) { return {device, 1, 0}; }
inline ProcessorRef cc(DeviceId device) { return {device, 0, 1}; }

/// Layers up to and including `until` there, and so on; an empty name means the rest.
inline Placement placed(Model const& model, std::vector<std::pair<ProcessorRef, std::string>> const& stages) {
  Placement placement;
  for (auto const& [place, until] : stages) {
    std::size_t const end = until.empty() ? model.layers().size() : model.find(until).value().index() + 1;
    while (placement.of_layer.size() < end) placement.of_layer.push_back(place);
  }
  return placement;
}

inline ServerConfig server(std::string const& on) {
  ServerConfig config;
  config.name = config.on = on;
  return config;
}

inline WireFormat bf16_wire() {
  WireFormat wire;
  wire.type = DataType::bf16;
  return wire;
}

/// Everything a compilation needs, alive together.
struct Workshop {
  PlatformInput parts = enclave_tiers();
  Model model = token_model();
  std::vector<ServerConfig> servers = {};
  WireFormat wire = bf16_wire();
  proto::ProtocolOptions options = {};
  Attestation attestation = Attestation::per_device;

  [[nodiscard]] Compiled compiled(std::string const& protocol,
                                  std::vector<std::pair<ProcessorRef, std::string>> const& stages) const {
    Platform const platform(parts);
    Placement const placement = placed(model, stages);
    return compile(protocol, {platform, model, placement, phone, nullptr, wire, servers, options, attestation});
  }
  [[nodiscard]] Plan plan(std::string const& protocol,
                          std::vector<std::pair<ProcessorRef, std::string>> const& stages) const {
    Compiled const result = compiled(protocol, stages);
    for (PlanProblem const& found : result.problems) UNSCOPED_INFO(found.problem + " (" + found.why + ")");
    REQUIRE(result.plan.has_value());
    return *result.plan;
  }
  /// The steps of the only phase of a kind, for a prompt of ten tokens of which six answer, or for one step.
  [[nodiscard]] std::vector<std::string> steps(Plan const& plan, PhaseKind kind) const {
    std::vector<std::string> lines;
    for (Phase const& phase : plan.phases) {
      if (phase.kind != kind) continue;
      CHECK(lines.empty());
      RequestPass const pass =
          kind == PhaseKind::each_step ? RequestPass{plan.tokens_per_step, 10, 0} : RequestPass{10, 0, 5};
      lines = steps_of(plan, phase, Platform(parts), pass);
    }
    return lines;
  }
  /// "phase | domain | place | tensor | protection", once for each task that shows it.
  [[nodiscard]] std::multiset<std::string> exposures(Plan const& plan) const {
    std::map<PhaseKind, std::string> const words = {{PhaseKind::setup, "setup"},
                                                    {PhaseKind::once, "once"},
                                                    {PhaseKind::each_step, "step"},
                                                    {PhaseKind::closing, "closing"},
                                                    {PhaseKind::iteration, "iteration"}};
    std::multiset<std::string> lines;
    for (TaskExposure const& seen : derive_exposures(plan, Platform(parts), phone)) {
      lines.insert(words.at(plan.phases.at(seen.phase).kind) + " | " + seen.domain + " | " + seen.place + " | " +
                   plan.tensors.at(seen.tensor).names.front() + " | " + std::string(to_string(seen.protection)));
    }
    return lines;
  }
};

/// What the links and the edge device on the way see of a tensor that travels between phone and cloud.
inline std::multiset<std::string> on_the_way(std::string const& phase, std::string const& tensor,
                                             std::string const& protection) {
  std::string const end = " | " + tensor + " | " + protection;
  return {phase + " | home | link:wifi" + end, phase + " | edge operator | device:edge" + end,
          phase + " | network | link:wan" + end};
}

/// Both together.
inline std::multiset<std::string> operator+(std::multiset<std::string> a, std::multiset<std::string> const& b) {
  a.insert(b.begin(), b.end());
  return a;
}

}  // namespace coinfer::plans
