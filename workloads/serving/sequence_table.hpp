// The open sessions of a scheduler and their calls.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "workloads/serving/kv_cache.hpp"
#include "workloads/serving/session_scheduler.hpp"

namespace coinfer {

/// One session as a scheduler sees it. Token counts: `computed` tokens have their keys and values here; `context` is what
/// they should be between calls; `goal` is what they are when the current step of the call is done.
struct ServedSequence {
  std::uint32_t session = 0;
  SessionShape shape;
  KvCache::Sequence kv;
  std::uint32_t context = 0;
  std::uint32_t computed = 0;
  std::uint32_t goal = 0;
  std::uint32_t reached = 0;    ///< the most that `computed` was: what is computed below it is computed again
  std::uint32_t delivered = 0;  ///< tokens whose keys and values come with the first call
  std::uint32_t results = 0;    ///< delivered so far, one of them where it was opened elsewhere
  std::uint32_t steps_left = 0;
  ServeCall call;
  double entered_s = 0;
  bool active = false;         ///< it has a call
  bool rebuilding = false;     ///< what a preemption lost is not computed again yet
  std::uint64_t order = 0;     ///< of its admission; 0: never admitted
  std::uint64_t in_batch = 0;  ///< number of the iteration it was last part of
};

/// Owns the sequences; their addresses stay until they are closed. Sessions are looked up, never walked.
class SequenceTable {
 public:
  ServedSequence& open(std::uint32_t session, SessionShape const& shape);
  /// Null where it is not open.
  [[nodiscard]] ServedSequence* find(std::uint32_t session);
  /// Whose call `task` is; null where that call is over or never began.
  [[nodiscard]] ServedSequence* find_call(std::uint32_t task);
  [[nodiscard]] ServedSequence const* find_call(std::uint32_t task) const;
  /// Its session must be open and without a call (asserted).
  ServedSequence& begin(ServeCall const& call, double now_s);
  /// The call of `sequence` is over or given up.
  void end(ServedSequence& sequence);
  void close(std::uint32_t session);
  /// A parked session has no more than `tokens` tokens.
  void trim(std::uint32_t session, std::uint32_t tokens);
  /// Takes note that `item` begins: its tokens count as computed from now on.
  static void compute(ServedSequence& sequence, std::uint32_t units);
  /// The step that `item` ended is done where it yields and its call has not left: counts a result, and moves the goal on.
  /// Returns whether the call is over.
  static bool step_done(ServedSequence& sequence);
  /// So many times: the step under way is done, which does not end the call, and the next one begins.
  static void step_often(ServedSequence& sequence, std::uint32_t times);

  /// Calls under way.
  [[nodiscard]] std::uint32_t active() const { return active_; }

 private:
  std::unordered_map<std::uint32_t, ServedSequence> sequences_;
  std::vector<ServedSequence*> of_call_;  ///< by task: the kernel uses its numbers again, so they stay small
  std::uint32_t active_ = 0;
  std::uint64_t next_serial_ = 0;
};

}  // namespace coinfer
