#include "workloads/serving/scheduler_table.hpp"

#include <array>

#include "workloads/serving/continuous_scheduler.hpp"
#include "workloads/serving/static_scheduler.hpp"

namespace coinfer {

namespace {

template <class Scheduler, class Batching>
std::unique_ptr<SessionScheduler> make(ServerConfig const& config, std::uint32_t kv_blocks) {
  return std::make_unique<Scheduler>(std::get<Batching>(config.batching),
                                     KvCache(kv_blocks, config.kv_block_tokens, config.prefix_caching));
}

constexpr std::array<SchedulerEntry, std::variant_size_v<decltype(ServerConfig::batching)>> table = {{
    {"continuous", "sequences come and go between any two iterations; a full KV cache preempts the last one admitted",
     "Yu et al., Orca, OSDI 2022; Kwon et al., vLLM, SOSP 2023", make<ContinuousScheduler, ContinuousBatching>},
    {"static_batch", "a batch is collected, runs until its last member is done, and only then the next one starts",
     "Yu et al., Orca, OSDI 2022, section 2", make<StaticScheduler, StaticBatching>},
}};

}  // namespace

std::span<SchedulerEntry const> schedulers() { return table; }

std::unique_ptr<SessionScheduler> make_scheduler(ServerConfig const& config, std::uint32_t kv_blocks) {
  return table[config.batching.index()].make(config, kv_blocks);
}

}  // namespace coinfer
