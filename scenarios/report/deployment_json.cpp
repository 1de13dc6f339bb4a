#include "scenarios/report/deployment_json.hpp"

#include "scenarios/report/report.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

namespace {

std::string_view to_text(Processor::Kind kind) {
  switch (kind) {
    case Processor::Kind::cpu:
      return "cpu";
    case Processor::Kind::gpu:
      return "gpu";
    case Processor::Kind::npu:
      break;
  }
  return "npu";
}

std::optional<double> in_bytes(std::optional<Bytes> amount) {
  return amount ? std::optional<double>(amount->value()) : std::nullopt;
}

/// "cloud.gpu", or "phone.tee" in an enclave: as resources are named.
std::string name_of(Platform const& platform, ProcessorRef at) {
  Device const& device = platform.device(at.device);
  return device.name + "." + (at.enclave ? device.enclaves.at(*at.enclave).name : device.processors.at(at.processor).name);
}

void write_text(JsonWriter& json, std::string_view key, std::string const& text) {
  json.key(key);
  text.empty() ? json.null() : json.value(text);
}

void write_device(JsonWriter& json, Device const& device) {
  json.begin_object().field("name", device.name);
  write_text(json, "catalog_name", device.catalog_name);
  json.field("count", device.count).field("domain", device.domain).field("memory_bytes", in_bytes(device.memory));
  json.key("processors").begin_array();
  for (Processor const& processor : device.processors) {
    json.begin_object().field("name", processor.name).field("kind", to_text(processor.kind));
    json.field("slots", processor.slots).end_object();
  }
  json.end_array().key("enclaves").begin_array();
  for (Enclave const& enclave : device.enclaves) {
    json.begin_object().field("name", enclave.name);
    write_text(json, "catalog_name", enclave.catalog_name);
    json.field("on", device.processors.at(enclave.processor).name);
    json.field("protected_memory_bytes", in_bytes(enclave.protected_memory)).end_object();
  }
  json.end_array().end_object();
}

void write_link(JsonWriter& json, Platform const& platform, Link const& link) {
  json.begin_object().field("name", link.name).field("from", platform.node_name(link.from));
  json.field("to", platform.node_name(link.to)).field("domain", link.domain).field("private", link.is_private);
  json.field("duplex", link.duplex == Duplex::full ? "full" : "half");
  json.field("sharing", link.sharing == Sharing::fair ? "fair" : "fifo");
  json.field("up_bytes_per_s", link.up.value()).field("down_bytes_per_s", link.down.value());
  json.field("latency_s", link.latency.value()).field("jitter", link.jitter_ms.has_value()).end_object();
}

void write_workload(JsonWriter& json, Platform const& platform, Workload const& workload) {
  json.begin_object().field("name", workload.name).field("model", workload.model);
  json.field("source", platform.device(workload.source).name).field("protocol", workload.protocol);
  write_text(json, "cut", workload.cut);
  json.key("placed").begin_array();
  for (PlacedLayers const& run : workload.placed) {
    json.begin_object().field("on", name_of(platform, run.at)).field("layers", run.layers);
    json.field("first", run.first).field("last", run.last).end_object();
  }
  json.end_array().end_object();
}

}  // namespace

std::string deployment_json(Scenario const& scenario) {
  Platform const& platform = scenario.platform;
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("scenario", scenario.name);
  write_text(json, "question", scenario.question);
  json.key("devices").begin_array();
  for (Device const& device : platform.devices()) write_device(json, device);
  json.end_array().key("switches").begin_array();
  for (std::string const& name : platform.switches()) json.value(name);
  json.end_array().key("links").begin_array();
  for (Link const& link : platform.links()) write_link(json, platform, link);
  json.end_array().key("servers").begin_array();
  for (ScenarioServer const& server : scenario.servers) {
    json.begin_object().field("name", server.config.name).field("on", name_of(platform, server.at));
    json.field("replicas", server.replicas).field("tensor_parallel", server.config.tensor_parallel);
    json.field("pipeline_parallel", server.config.pipeline_parallel).end_object();
  }
  json.end_array().key("workloads").begin_array();
  for (Workload const& workload : scenario.workloads) write_workload(json, platform, workload);
  json.end_array().end_object();
  return json.text();
}

}  // namespace coinfer
