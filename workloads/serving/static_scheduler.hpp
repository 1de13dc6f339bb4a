// Static batching: a batch is collected, runs to its end, and only then the next one starts.
#pragma once

#include <deque>
#include <vector>

#include "workloads/serving/kv_cache.hpp"
#include "workloads/serving/sequence_table.hpp"
#include "workloads/serving/server_config.hpp"
#include "workloads/serving/session_scheduler.hpp"

namespace coinfer {

/// A free server collects first calls of sessions, in the order in which they enter, until there are `max_sequences` of
/// them or the first has waited for the timeout; as many of them as have room for their whole length in the KV cache are
/// the batch. It runs until every member has delivered all its results or is closed; whoever enters meanwhile waits, and
/// time spent so counts towards the timeout. The openings of a batch are one iteration, whatever their length; afterwards
/// an iteration holds those members that have a call, and costs what those cost: padding to the longest member keeps the
/// places of finished ones taken, and no kernel computes on them (request-level scheduling as in Yu et al., "Orca", OSDI
/// 2022, section 2). Leaves out padding of prompts to equal length. The blocks of a member are freed with its last
/// result.
class StaticScheduler : public SessionScheduler {
 public:
  StaticScheduler(StaticBatching limits, KvCache cache) : limits_(limits), cache_(std::move(cache)) {}

  void open_session(std::uint32_t session, SessionShape const& shape) override;
  void close_session(std::uint32_t session) override;
  void trim_session(std::uint32_t session, std::uint32_t tokens) override { table_.trim(session, tokens); }
  [[nodiscard]] bool fits(SessionShape const& shape) const override;
  void enter(ServeCall const& call, double now_s) override;
  void leave(std::uint32_t task) override;
  double compose(double now_s, Batch& batch) override;
  void finish(Batch const& batch, double now_s, std::vector<std::uint32_t>& ended) override;
  [[nodiscard]] std::uint32_t waiting() const override { return table_.active() - in_batch_; }
  [[nodiscard]] std::uint32_t steady_iterations(Batch const& batch) const override;
  void repeat(Batch& batch, std::uint32_t further) override;

  [[nodiscard]] SchedulerStatistics const& statistics() const override { return statistics_; }
  [[nodiscard]] KvCacheStatistics const& cache_statistics() const override { return cache_.statistics(); }
  [[nodiscard]] std::uint64_t waiting_tokens() const override { return waiting_tokens_; }
  [[nodiscard]] double kv_utilisation() const override {
    return static_cast<double>(cache_.used()) / static_cast<double>(cache_.blocks());
  }

 private:
  void collect();
  void add(ServedSequence& sequence, Batch& batch);

  StaticBatching limits_;
  KvCache cache_;
  SequenceTable table_;
  std::vector<ServedSequence*> members_;  ///< of the batch, in its order; those that are done are taken out
  std::deque<ServedSequence*> waiting_;   ///< with a call, in no batch
  std::uint64_t waiting_tokens_ = 0;
  std::uint64_t iteration_ = 0;
  std::uint32_t in_batch_ = 0;
  SchedulerStatistics statistics_;
};

}  // namespace coinfer
