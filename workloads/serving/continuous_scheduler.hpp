// Continuous batching: sequences come and go between any two iterations.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "workloads/serving/kv_cache.hpp"
#include "workloads/serving/sequence_table.hpp"
#include "workloads/serving/server_config.hpp"
#include "workloads/serving/session_scheduler.hpp"

namespace coinfer {

/// Batching at iteration level (Yu et al., "Orca", OSDI 2022) in the order of vLLM's V1 scheduler
/// (vllm/v1/core/sched/scheduler.py; first come, first served). Each iteration:
///
/// 1. Sequences with a call that were admitted, in order of their admission: a step takes its units, an unfinished opening
///    what is left of it, both at most the rest of the token budget. Where blocks for that are missing, the sequence
///    admitted last is preempted, again and again, until they are there or it is this one itself, which ends the pass. A
///    preempted sequence loses its blocks and goes to the front of the queue; when it is admitted again all its tokens,
///    produced ones too, are one opening, whose end yields the result of the step that was interrupted.
/// 2. Unless something was preempted, waiting sequences from the front of the queue, while there is budget, a free place
///    and blocks for what the budget allows of them (all of it where openings are not chunked). Blocks found in the prefix
///    cache are not computed. The first that cannot be admitted ends the pass: nobody overtakes.
///
/// A session that reserves has blocks for its whole length from its admission on. Where all do, nobody is preempted.
///
/// A session between two calls keeps its blocks, has no place among the sequences and is not preempted. When its next call
/// enters it stands among the running ones where its admission puts it, and nobody admits it again; where that makes more
/// than `max_sequences`, the last ones sit out the iteration. With one unlucky set of parked sessions nothing may be
/// composed although calls wait: the server rests until a call enters or a session is closed.
///
/// Leaves out priorities, speculative tokens beyond a call's units, and the connectors by which a real server would fetch
/// delivered keys and values again after a preemption: it computes them.
class ContinuousScheduler : public SessionScheduler {
 public:
  ContinuousScheduler(ContinuousBatching limits, KvCache cache) : limits_(limits), cache_(std::move(cache)) {}

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
  /// Returns whether something was preempted.
  bool schedule_running(Batch& batch);
  void admit_waiting(Batch& batch);
  void add(ServedSequence& sequence, std::uint32_t units, Batch& batch);
  void preempt(ServedSequence& sequence);
  void queue(ServedSequence& sequence, bool in_front);
  /// Tokens that it waits to have computed.
  [[nodiscard]] static std::uint32_t queued_tokens(ServedSequence const& sequence) {
    return sequence.goal - sequence.delivered;
  }

  ContinuousBatching limits_;
  KvCache cache_;
  SequenceTable table_;
  std::vector<ServedSequence*> running_;  ///< with a call and blocks, in order of admission
  std::deque<ServedSequence*> waiting_;   ///< with a call and without blocks
  std::uint64_t waiting_tokens_ = 0;
  std::uint64_t admissions_ = 0;
  std::uint64_t iteration_ = 0;
  std::uint32_t budget_ = 0;    ///< tokens left in the iteration that is being composed
  bool preempted_ = false;      ///< when that was composed, and nobody was admitted therefore
  std::uint32_t in_batch_ = 0;  ///< calls of the batch composed last that are under way
  SchedulerStatistics statistics_;
};

}  // namespace coinfer
