#include "workloads/serving/serving_load.hpp"

#include "sim/base/field_rules.hpp"
#include "workloads/serving/step_tables_load.hpp"

namespace coinfer {

namespace {

Seconds microseconds(double value) {
  constexpr double us = 1e-6;
  return Seconds(value * us);
}

/// Fields that are unset leave the defaults of `ContinuousBatching`.
ContinuousBatching continuous_of(proto::Server::Continuous const& message) {
  ContinuousBatching batching;
  if (message.has_max_sequences()) batching.max_sequences = message.max_sequences();
  if (message.has_token_budget()) batching.token_budget = message.token_budget();
  if (message.has_chunked_prefill()) batching.chunked_prefill = message.chunked_prefill();
  batching.whole_prompt_must_fit = message.whole_prompt_must_fit();
  return batching;
}

StaticBatching static_of(proto::Server::StaticBatch const& message) {
  constexpr double ms = 1e-3;
  return {message.max_sequences(), Seconds(message.timeout_ms() * ms)};
}

PrefixScope scope_of(proto::Server::PrefixCaching::Scope scope) {
  return scope == proto::Server::PrefixCaching::PER_USER ? PrefixScope::per_user : PrefixScope::across_users;
}

PeerLink peer_of(proto::Server::Peer const& message) {
  constexpr double gb = 1e9;
  return {BytesPerSecond(message.bandwidth_gb_per_s() * gb), microseconds(message.latency_us())};
}

/// What an iteration costs where it was measured. False after problems.
bool load_step_times(proto::Server const& message, Where const& where, std::filesystem::path const& folder,
                     ServerConfig& config, Diagnostics& diagnostics) {
  if (message.has_step_tables()) {
    config.step_tables = load_step_tables(message.step_tables(), where.child("step_tables"), folder, diagnostics);
    return config.step_tables != nullptr;
  }
  if (message.has_step_tables_path()) {
    config.step_tables =
        read_step_tables(folder / message.step_tables_path(), where.field("step_tables_path"), diagnostics);
    return config.step_tables != nullptr;
  }
  return true;
}

bool check_together(ServerConfig const& config, Where const& where, Diagnostics& diagnostics) {
  bool right = true;
  if (config.group_size() > 1 && !config.peer) {
    diagnostics.add(where.here(), "server '" + config.name + "' is a group without a peer",
                    "its members exchange activations over something");
    right = false;
  }
  if (config.group_size() == 1 && config.peer) {
    diagnostics.add(where.field("peer"), "server '" + config.name + "' has a peer and one member",
                    "tensor_parallel and pipeline_parallel make a group");
    right = false;
  }
  if (config.kv_capacity_tokens.value_or(config.kv_block_tokens) < config.kv_block_tokens) {
    diagnostics.add(where.field("kv_capacity_tokens"),
                    "kv_capacity_tokens is " + std::to_string(*config.kv_capacity_tokens),
                    "one block has " + std::to_string(config.kv_block_tokens) + " tokens");
    right = false;
  }
  if (config.prefill_on == config.name) {
    diagnostics.add(where.field("prefill_on"), "server '" + config.name + "' sends its openings to itself");
    right = false;
  }
  return right;
}

}  // namespace

std::optional<ServerConfig> load_server(proto::Server const& message, Where const& where,
                                        std::filesystem::path const& folder, Diagnostics& diagnostics) {
  Diagnostics rules;
  check_rules(message, where, rules);
  if (!rules.ok()) return std::nullopt;
  ServerConfig config;
  config.on = message.on();
  config.name = message.name().empty() ? message.on() : message.name();
  if (message.has_tensor_parallel()) config.tensor_parallel = message.tensor_parallel();
  if (message.has_pipeline_parallel()) config.pipeline_parallel = message.pipeline_parallel();
  if (message.has_peer()) config.peer = peer_of(message.peer());
  if (message.has_static_batch())
    config.batching = static_of(message.static_batch());
  else
    config.batching = continuous_of(message.continuous());
  if (message.has_memory_utilisation()) config.memory_utilisation = message.memory_utilisation();
  if (message.has_kv_capacity_tokens()) config.kv_capacity_tokens = message.kv_capacity_tokens();
  if (message.has_kv_block_tokens()) config.kv_block_tokens = message.kv_block_tokens();
  if (message.has_prefix_caching()) config.prefix_caching = scope_of(message.prefix_caching().scope());
  if (message.has_router()) config.router = static_cast<RouterKind>(static_cast<int>(message.router()) - 1);
  config.prefill_on = message.prefill_on();
  config.overhead = microseconds(message.overhead_us());
  bool const together = check_together(config, where, diagnostics);
  if (!load_step_times(message, where, folder, config, diagnostics) || !together) return std::nullopt;
  return config;
}

}  // namespace coinfer
