// What the schedulers of token servers have in common: sessions with a known shape, and counts of what happened.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/batching.hpp"
#include "workloads/serving/kv_cache.hpp"

namespace coinfer {

/// What a server knows about a session before its first call. A session is one sequence: its keys and values live on one
/// server from its first admission until its last result or, where that does not come, until it is closed.
struct SessionShape {
  /// Tokens of the prompt, >= 1: those that are opened here, and those that were opened elsewhere (`delivered_tokens`).
  std::uint32_t prompt_tokens = 1;
  /// Results that the session's calls deliver in all, >= 1; what the session holds is freed with the last of them, and at
  /// the latest when it is closed. The first comes from the opening, here or elsewhere. Where steps have more than
  /// one unit: the most tokens that they compute. Prompt and results but the last bound what the session has in the KV
  /// cache.
  std::uint32_t output_tokens = 1;
  /// Tokens whose keys and values arrive from elsewhere with the first call, at most `prompt_tokens`; 0 where the session
  /// is opened here.
  std::uint32_t delivered_tokens = 0;
  /// Whether the session takes blocks for its whole length when it is admitted, and is then never preempted: what sessions
  /// do that hold keys and values on several servers at once. Else two of them may wait for ever, each here for what the
  /// other one keeps while it waits there.
  bool reserves = false;
  /// Who asks; what another user can observe is a hit on a block that this one filled.
  std::uint32_t user = 0;
  /// One hash for each full KV block of the prompt that other prompts may share, from its beginning; each stands for all
  /// tokens up to the end of its block. Blocks beyond the list are the session's own. See `block_hashes`.
  std::vector<std::uint64_t> prefix_hashes;
  /// Index of the workload, for messages and counts by class.
  std::uint32_t workload = 0;
};

/// The most tokens whose keys and values the session has at one time: prompt and results but the last, which is not
/// computed on.
[[nodiscard]] inline std::uint32_t whole_length(SessionShape const& shape) {
  return shape.prompt_tokens + shape.output_tokens - 1;
}

/// What a scheduler did so far.
struct SchedulerStatistics {
  std::uint64_t admitted = 0;           ///< sessions that entered the batch, also after a preemption
  std::uint64_t preemptions = 0;        ///< sessions put back because the KV cache was full
  std::uint64_t recomputed_tokens = 0;  ///< tokens computed again after a preemption, without those found in the cache
  std::uint64_t prefix_hit_tokens = 0;  ///< prompt tokens not computed because their blocks were there
  std::uint64_t peak_blocks = 0;        ///< most KV blocks held at one time
  std::uint32_t peak_running = 0;       ///< most sequences in one iteration
};

/// A batch scheduler of token sequences. A session is opened before its first call and closed when its last call is over
/// (or it is given up); it makes one call at a time. Between calls it is parked: it keeps its blocks, is in no iteration
/// and is not preempted. After an opening of n tokens the first result exists, but its keys and values are written when it
/// is processed: step k = 1, 2, ... has units = 1 and held = n + k - 1.
///
/// Closing a session may free what others wait for. Where `waiting()` is above 0 after `close_session` or `leave`, a server
/// at rest must compose again.
class SessionScheduler : public BatchScheduler {
 public:
  /// `session` must not be open, and must fit (asserted): `fits`.
  virtual void open_session(std::uint32_t session, SessionShape const& shape) = 0;
  /// Frees what the session holds. Its call, if it has one, leaves.
  virtual void close_session(std::uint32_t session) = 0;
  /// Takes tokens of a parked session back, where it has more than `tokens`: drafts that were not accepted. Their blocks
  /// stay with it and are written again.
  virtual void trim_session(std::uint32_t session, std::uint32_t tokens) = 0;
  /// Whether a session of this shape can ever be served here: its whole length (prompt and results) in the KV cache, and,
  /// where openings are not chunked, in the token budget, because a preempted sequence is opened again whole.
  [[nodiscard]] virtual bool fits(SessionShape const& shape) const = 0;

  [[nodiscard]] virtual SchedulerStatistics const& statistics() const = 0;
  [[nodiscard]] virtual KvCacheStatistics const& cache_statistics() const = 0;
  /// Tokens of openings that wait for admission and have not been computed, for routers.
  [[nodiscard]] virtual std::uint64_t waiting_tokens() const = 0;
  /// Share of the KV blocks that sessions hold, from 0 to 1.
  [[nodiscard]] virtual double kv_utilisation() const = 0;
};

}  // namespace coinfer
