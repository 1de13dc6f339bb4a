#include "scenarios/servers_load.hpp"

#include <algorithm>

#include "sim/base/number_format.hpp"
#include "sim/base/suggest.hpp"
#include "workloads/processor_ref_load.hpp"
#include "workloads/serving/kv_capacity.hpp"
#include "workloads/serving/serving_load.hpp"
#include "workloads/serving/token_stack.hpp"

namespace coinfer {

namespace {

std::uint32_t constexpr most_replicas = 1000000;

std::string in_quotes(std::string const& text) { return "'" + text + "'"; }

/// What the members of a group reach each other by, unless the server says so itself: what its device has on record.
proto::Server with_peer_of(proto::Server message, Device const& device) {
  bool const group = message.tensor_parallel() * message.pipeline_parallel() > 1 || message.tensor_parallel() > 1 ||
                     message.pipeline_parallel() > 1;
  if (!group || message.has_peer() || !device.peer_rate) return message;
  double constexpr gb = 1e9;
  double constexpr us = 1e-6;
  message.mutable_peer()->set_bandwidth_gb_per_s(device.peer_rate->value() / gb);
  if (device.peer_latency) message.mutable_peer()->set_latency_us(device.peer_latency->value() / us);
  return message;
}

class ServersLoader {
 public:
  ServersLoader(Platform const& platform, std::filesystem::path const& folder, Diagnostics& diagnostics)
      : platform_(platform), folder_(folder), diagnostics_(diagnostics) {}

  void load(proto::Server const& message, Where const& where) {
    std::optional<ProcessorRef> const at = load_processor_ref(message.on(), where.field("on"), platform_, diagnostics_);
    if (!at) return;
    Device const& device = platform_.device(at->device);
    std::optional<ServerConfig> config = load_server(with_peer_of(message, device), where, folder_, diagnostics_);
    if (!config) return;
    config->on = device.name + "." + device.processors[at->processor].name;
    for (ScenarioServer const& other : servers) {
      if (other.at == at->bare()) {
        diagnostics_.add(where.field("on"), "two servers stand on " + in_quotes(config->on));
      } else if (other.config.name == config->name) {
        diagnostics_.add(where.field("name"), "two servers are called " + in_quotes(config->name),
                         "results tell them apart by name");
      }
    }
    std::uint32_t const group = config->group_size();
    if (device.count % group != 0) {
      diagnostics_.add(where.field(config->tensor_parallel > 1 ? "tensor_parallel" : "pipeline_parallel"),
                       "fleet " + in_quotes(device.name) + " of " + std::to_string(device.count) +
                           " does not divide into groups of " + std::to_string(group));
      return;
    }
    if (device.count / group > most_replicas) {
      diagnostics_.add(where.field("on"),
                       "server " + in_quotes(config->name) + " has " + std::to_string(device.count / group) + " replicas",
                       "at most " + std::to_string(most_replicas) + ": each keeps a cache and a queue of its own");
      return;
    }
    servers.push_back({std::move(*config), at->bare(), device.count / group, 0, ""});
  }

  /// A server for openings exists and is another one.
  void check_openings(proto::Scenario const& message, Where const& where) {
    std::vector<std::string> names;
    for (ScenarioServer const& server : servers) names.push_back(server.config.name);
    for (int i = 0; i < message.servers_size(); ++i) {
      std::string const& wanted = message.servers(i).prefill_on();
      if (wanted.empty()) continue;
      auto const found = std::find(names.begin(), names.end(), wanted);
      if (found != names.end()) {
        std::string const& onwards = servers[static_cast<std::size_t>(found - names.begin())].config.prefill_on;
        if (onwards.empty()) continue;
        diagnostics_.add(where.child("servers", i).field("prefill_on"), "server " + in_quotes(wanted) + " does no openings",
                         "it leaves them to " + in_quotes(onwards));
        continue;
      }
      diagnostics_.add(where.child("servers", i).field("prefill_on"), "no server " + in_quotes(wanted), "",
                       did_you_mean(wanted, names));
    }
  }

  std::vector<ScenarioServer> servers;

 private:
  Platform const& platform_;
  std::filesystem::path const& folder_;
  Diagnostics& diagnostics_;
};

/// What distinguishes those that can share a batch: their iterations hold the same weights and send the same messages.
std::string served_by(Workload const& workload, Placement const& placement, std::uint32_t role, Bytes weights) {
  std::string text = workload.model + " by " + workload.protocol + " with " + shortest(weights.value());
  Phase const& iteration = workload.plan.iteration(role);
  for (std::size_t task = 0; task < iteration.tasks.size(); ++task) {
    AmountRule const& rule = iteration.amounts[task];
    for (double const amount : {iteration.graph.tasks()[task].amount, rule.per_token, rule.per_sequence}) {
      text += " " + shortest(amount);
    }
  }
  for (ProcessorRef const& used : placement.of_layer) {
    text += " " + std::to_string(used.device.index()) + "." + std::to_string(used.processor);
    if (used.enclave) text += "." + std::to_string(*used.enclave);
  }
  return text;
}

/// The layers whose weights a server of the workload holds: those placed there, or, where none are, those of the server
/// whose openings it does.
std::vector<LayerId> layers_of(Workload const& workload, std::uint32_t role, Placement const& placement,
                               std::vector<ScenarioServer> const& servers) {
  std::vector<ProcessorRef> const& places = workload.plan.servers;
  std::vector<LayerId> layers = placement.layers_on(places[role]);
  auto const at = [&](ProcessorRef place) {
    return std::find_if(servers.begin(), servers.end(), [&](auto const& server) { return server.at == place.bare(); });
  };
  for (std::uint32_t other = 0; other < places.size() && layers.empty(); ++other) {
    if (at(places[other])->config.prefill_on == at(places[role])->config.name) layers = placement.layers_on(places[other]);
  }
  return layers;
}

/// Memory that one member has for weights and KV cache: the protected memory, where the server works in an enclave.
std::optional<Bytes> memory_of(Device const& device, ProcessorRef at) {
  std::optional<Bytes> memory = device.memory;
  if (at.enclave && device.enclaves[*at.enclave].protected_memory) {
    Bytes const inside = *device.enclaves[*at.enclave].protected_memory;
    memory = memory ? std::min(*memory, inside) : inside;
  }
  return memory;
}

/// The members of a tensor-parallel group divide the query heads among them, and the key and value heads or copies of them.
void check_heads(Model const& model, ServerConfig const& server, Where const& where, Diagnostics& diagnostics) {
  std::uint32_t const members = server.tensor_parallel;
  Transformer const& shape = *model.transformer();
  if (shape.heads % members == 0 && (shape.kv_heads % members == 0 || members % shape.kv_heads == 0)) return;
  diagnostics.add(where.field("placement"),
                  "the " + std::to_string(members) + " members of server " + in_quotes(server.name) +
                      " cannot divide the heads of model " + in_quotes(model.name()),
                  "it has " + std::to_string(shape.heads) + " query heads and " + std::to_string(shape.kv_heads) +
                      " of keys and values");
}

}  // namespace

std::optional<std::vector<ScenarioServer>> load_servers(proto::Scenario const& message, Where const& where,
                                                        Platform const& platform, std::filesystem::path const& folder,
                                                        Diagnostics& diagnostics) {
  Diagnostics found;
  ServersLoader loader(platform, folder, found);
  for (int i = 0; i < message.servers_size(); ++i) loader.load(message.servers(i), where.child("servers", i));
  if (found.ok()) loader.check_openings(message, where);
  bool const right = found.ok();
  for (auto& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
  if (!right) return std::nullopt;
  return std::move(loader.servers);
}

void assign_servers(Workload& workload, Model const& model, Placement const& placement, Platform const& platform,
                    std::vector<ScenarioServer>& servers, Where const& where, Diagnostics& diagnostics) {
  for (std::uint32_t role = 0; role < workload.plan.servers.size(); ++role) {
    ProcessorRef const at = workload.plan.servers[role];
    auto const found =
        std::find_if(servers.begin(), servers.end(), [&](ScenarioServer const& server) { return server.at == at.bare(); });
    workload.servers.push_back(static_cast<std::uint32_t>(found - servers.begin()));
    ScenarioServer& server = *found;
    TokenStack stack = token_stack(model, layers_of(workload, role, placement, servers));
    if (workload.plan.held_weights[role]) stack.weights = *workload.plan.held_weights[role];
    std::string const serves = served_by(workload, placement, role, stack.weights);
    if (!server.serves.empty() && server.serves != serves) {
      diagnostics.add(where.field("placement"),
                      "server " + in_quotes(server.config.name) + " serves another workload already",
                      "workloads share a batch only with the same model, weights, protocol, placement and messages");
      continue;
    }
    server.serves = serves;
    check_heads(model, server.config, where, diagnostics);
    if (server.config.step_tables && server.config.step_tables->model != model.name()) {
      diagnostics.add(where.field("model"), "the step tables of server " + in_quotes(server.config.name) +
                                                " were measured with model " + in_quotes(server.config.step_tables->model));
    }
    std::optional<Bytes> const memory = memory_of(platform.device(at.device), at);
    std::uint32_t const block = server.config.kv_block_tokens;
    if (server.config.kv_capacity_tokens) {
      server.kv_blocks = *server.config.kv_capacity_tokens / block;
      if (!memory) continue;
    }
    KvCapacity const capacity = kv_capacity(stack, memory.value_or(Bytes(1e18)), server.config.group_size(),
                                            server.config.memory_utilisation, block);
    if (!capacity.tokens) {
      diagnostics.add(where.field("placement"), does_not_fit(model.name(), server.config.on, capacity));
      continue;
    }
    if (server.kv_blocks > 0 && server.config.kv_capacity_tokens.value_or(0) > *capacity.tokens) {
      diagnostics.add(where.field("placement"),
                      "a KV cache of " + std::to_string(*server.config.kv_capacity_tokens) + " tokens does not fit " +
                          in_quotes(server.config.on),
                      std::to_string(*capacity.tokens) + " tokens fit beside the weights");
    }
    if (!server.config.kv_capacity_tokens) server.kv_blocks = *capacity.tokens / block;
  }
}

}  // namespace coinfer
