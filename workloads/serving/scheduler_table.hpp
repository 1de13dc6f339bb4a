// Every way in which a server batches, and how to make one.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "workloads/serving/server_config.hpp"
#include "workloads/serving/session_scheduler.hpp"

namespace coinfer {

/// One line of the table, in the order of the alternatives of ServerConfig::batching.
struct SchedulerEntry {
  std::string_view name;  ///< the field of the schema: "continuous"
  std::string_view description;
  std::string_view citation;
  std::unique_ptr<SessionScheduler> (*make)(ServerConfig const& config, std::uint32_t kv_blocks);
};

/// Everything `coinfer list schedulers` prints.
std::span<SchedulerEntry const> schedulers();

/// The scheduler of one replica of `config` whose KV cache has `kv_blocks` blocks of `config.kv_block_tokens`.
std::unique_ptr<SessionScheduler> make_scheduler(ServerConfig const& config, std::uint32_t kv_blocks);

}  // namespace coinfer
