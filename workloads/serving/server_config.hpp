// What a scenario says about one server of token models; `workloads/serving/serving_load.hpp` reads it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "sim/base/units.hpp"
#include "workloads/serving/step_tables.hpp"

namespace coinfer {

/// Sequences come and go between iterations; see ContinuousScheduler.
struct ContinuousBatching {
  std::uint32_t max_sequences = 256;   ///< in one iteration, >= 1
  std::uint32_t token_budget = 2048;   ///< new tokens in one iteration, >= 1
  bool chunked_prefill = true;         ///< an opening may be spread over iterations
  bool whole_prompt_must_fit = false;  ///< admission asks for free blocks for the whole prompt, not the first chunk
};

/// A batch runs to its end; see StaticScheduler.
struct StaticBatching {
  std::uint32_t max_sequences = 1;  ///< in one batch, >= 1
  Seconds timeout;                  ///< longest wait of the first sequence for others, >= 0
};

/// Who may hit the KV blocks that a user's prompt filled.
enum class PrefixScope { per_user, across_users };

/// Which replica serves a new request; in the order of `routers()`.
enum class RouterKind { round_robin, least_outstanding, join_shortest_queue, attached };

/// How the members of a processor group reach each other.
struct PeerLink {
  BytesPerSecond bandwidth;  ///< per direction between two members, > 0
  Seconds latency;           ///< of one message beside its bytes, >= 0
};

/// One server: how a processor group batches, and how many such groups there are.
struct ServerConfig {
  std::string name;  ///< unique among the servers of a scenario; `on` where the file gives none
  std::string on;    ///< "device" or "device.processor", as written
  std::uint32_t tensor_parallel = 1;
  std::uint32_t pipeline_parallel = 1;
  std::optional<PeerLink> peer;  ///< given where a group has more than one member
  std::variant<ContinuousBatching, StaticBatching> batching;
  double memory_utilisation = 0.9;                  ///< share of the members' memory for weights and KV, in (0, 1]
  std::optional<std::uint32_t> kv_capacity_tokens;  ///< absent: what the memory leaves; see kv_capacity
  std::uint32_t kv_block_tokens = 16;
  std::optional<PrefixScope> prefix_caching;  ///< absent: no reuse
  RouterKind router = RouterKind::least_outstanding;
  std::string prefill_on;                         ///< name of the server that does the openings; empty: this one
  std::shared_ptr<StepTables const> step_tables;  ///< measured times, shared by the replicas; null: the roofline
  Seconds overhead;                               ///< of the host in each iteration, >= 0

  /// Members of one replica.
  [[nodiscard]] std::uint32_t group_size() const { return tensor_parallel * pipeline_parallel; }
};

}  // namespace coinfer
