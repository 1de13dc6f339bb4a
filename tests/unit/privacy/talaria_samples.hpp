// A phone, a confidential VM and a gpu, and workloads of talaria on them, for its tests.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/unit/privacy/plan_samples.hpp"
#include "workloads/model_catalog.hpp"

namespace coinfer::talaria {

inline DeviceId const phone(0);
inline DeviceId const vm(1);
inline DeviceId const gpu(2);

inline Device machine(std::string const& name, std::string const& domain, Processor::Kind kind) {
  Device device;
  device.name = name;
  device.domain = domain;
  device.aes_rate = BytesPerSecond(4);
  Processor processor;
  processor.name = kind == Processor::Kind::cpu ? "cpu" : "gpu";
  processor.kind = kind;
  processor.rates[static_cast<std::size_t>(DataType::bf16)] = FlopPerSecond(16);
  device.processors.push_back(processor);
  return device;
}

/// phone - wan - vm (with an enclave "tdx" that computes at two thirds of the rate) - lan - gpu; 16 flop/s everywhere.
inline PlatformInput parts() {
  PlatformInput input{
      {machine("phone", "user", Processor::Kind::cpu), machine("vm", "cloud operator", Processor::Kind::cpu),
       machine("gpu", "cloud operator", Processor::Kind::gpu)},
      {},
      {plans::link("wan", 0, 1, "network"), plans::link("lan", 1, 2, "datacentre")}};
  Enclave enclave;
  enclave.name = "tdx";
  enclave.compute_slowdown = 1.5;
  enclave.memory_slowdown = 1.5;
  input.devices[1].enclaves.push_back(enclave);
  return input;
}

/// One block of width 4; values in and out: qkv 4 and 8, o_proj 4 and 4, gate_up 4 and 16, down 8 and 4, head 4 and 10.
inline Model tiny_model(std::string const& hidden_layer = "ff_width: 8") {
  return plans::model_of(
      "name: \"tiny\" transformer { layers: 1 width: 4 heads: 2 kv_heads: 1 vocabulary: 10 max_context_tokens: 100 " +
      hidden_layer + " }");
}

inline Model catalog_model(std::string const& name) {
  ModelCatalog const catalog;
  Located<proto::Model> const* entry = catalog.find_model(name);
  REQUIRE(entry != nullptr);
  Diagnostics diagnostics;
  auto model = load_model(entry->message, entry->where(), diagnostics);
  REQUIRE(model.has_value());
  return std::move(*model);
}

inline proto::ProtocolOptions options(double rank_ratio, bool setup = false, std::string const& linears_on = "gpu") {
  proto::ProtocolOptions result;
  result.mutable_talaria()->set_rank_ratio(rank_ratio);
  result.mutable_talaria()->set_setup(setup);
  result.mutable_talaria()->set_linears_on(linears_on);
  return result;
}

inline std::vector<ServerConfig> server(std::optional<std::uint32_t> kv_capacity_tokens = std::nullopt) {
  ServerConfig config;
  config.name = config.on = "vm";
  config.kv_capacity_tokens = kv_capacity_tokens;
  return {config};
}

inline WireFormat bf16_wire() {
  WireFormat wire;
  wire.type = DataType::bf16;
  return wire;
}

struct Workload {
  Model model = tiny_model();
  PlatformInput parts = talaria::parts();
  proto::ProtocolOptions options = talaria::options(0.5);
  std::vector<ServerConfig> servers = server();
  WireFormat wire = bf16_wire();
  ProcessorRef on = {vm, 0, 0};

  plans::Compiled compile() const {
    Platform const platform(parts);
    Placement placement;
    placement.of_layer.assign(model.layers().size(), on);
    ProtocolInput const input{platform, model, placement, phone, nullptr, wire, servers, options, Attestation::none};
    plans::Compiled compiled;
    compiled.plan = find_protocol("talaria")->make()->compile(input, compiled.problems);
    return compiled;
  }
  Plan plan() const {
    plans::Compiled compiled = compile();
    for (PlanProblem const& problem : compiled.problems) FAIL(problem.problem << " (" << problem.why << ")");
    REQUIRE(compiled.plan.has_value());
    return std::move(*compiled.plan);
  }
  /// "problem (why) at field", the only one.
  std::string problem() const {
    plans::Compiled const compiled = compile();
    CHECK_FALSE(compiled.plan.has_value());
    REQUIRE(compiled.problems.size() == 1);
    PlanProblem const& problem = compiled.problems.front();
    return problem.problem + " (" + problem.why + ") at " + problem.field;
  }
};

}  // namespace coinfer::talaria
