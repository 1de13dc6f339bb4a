#include "workloads/serving/continuous_scheduler.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

void ContinuousScheduler::open_session(std::uint32_t session, SessionShape const& shape) {
  assert(fits(shape));
  table_.open(session, shape);
}

void ContinuousScheduler::close_session(std::uint32_t session) {
  ServedSequence* const sequence = table_.find(session);
  assert(sequence != nullptr);
  if (sequence->active) leave(sequence->call.task);
  cache_.release(sequence->kv);
  table_.close(session);
}

bool ContinuousScheduler::fits(SessionShape const& shape) const {
  // The last result is not computed on.
  std::uint64_t const tokens = std::uint64_t{shape.prompt_tokens} + shape.output_tokens - 1;
  return cache_.blocks_for(tokens) <= cache_.blocks() && (limits_.chunked_prefill || tokens <= limits_.token_budget);
}

void ContinuousScheduler::enter(ServeCall const& call, double now_s) {
  ServedSequence& sequence = table_.begin(call, now_s);
  if (sequence.kv.held == 0) {
    queue(sequence, false);
    return;
  }
  auto const place = std::upper_bound(running_.begin(), running_.end(), &sequence,
                                      [](auto const* a, auto const* b) { return a->order < b->order; });
  running_.insert(place, &sequence);
}

void ContinuousScheduler::queue(ServedSequence& sequence, bool in_front) {
  if (in_front)
    waiting_.push_front(&sequence);
  else
    waiting_.push_back(&sequence);
  waiting_tokens_ += queued_tokens(sequence);
}

void ContinuousScheduler::leave(std::uint32_t task) {
  ServedSequence* const sequence = table_.find_call(task);
  if (sequence == nullptr) return;
  if (sequence->in_batch == iteration_ && iteration_ > 0) --in_batch_;
  if (sequence->kv.held == 0) {
    std::erase(waiting_, sequence);
    waiting_tokens_ -= queued_tokens(*sequence);
  } else {
    std::erase(running_, sequence);
  }
  table_.end(*sequence);
}

double ContinuousScheduler::compose(double, Batch& batch) {
  ++iteration_;
  budget_ = limits_.token_budget;
  preempted_ = schedule_running(batch);
  // Where the only sequence that could run has preempted itself, the iteration would be empty: the next one comes at once,
  // and it may admit.
  if (!preempted_ || batch.items.empty()) admit_waiting(batch);
  in_batch_ = static_cast<std::uint32_t>(batch.items.size());
  statistics_.peak_running = std::max(statistics_.peak_running, in_batch_);
  statistics_.peak_blocks = cache_.statistics().peak_used;
  return when_asked;
}

bool ContinuousScheduler::schedule_running(Batch& batch) {
  bool preempted = false;
  for (std::size_t i = 0; i < running_.size() && budget_ > 0 && batch.items.size() < limits_.max_sequences; ++i) {
    ServedSequence& sequence = *running_[i];
    std::uint32_t const missing = sequence.goal - sequence.computed;
    if (!limits_.chunked_prefill && missing > budget_) break;
    std::uint32_t const units = std::min(missing, budget_);
    while (!cache_.grow(sequence.kv, sequence.computed + units)) {
      ServedSequence& last = *running_.back();
      running_.pop_back();
      preempt(last);
      preempted = true;
      if (&last == &sequence) return true;
    }
    add(sequence, units, batch);
  }
  return preempted;
}

void ContinuousScheduler::preempt(ServedSequence& sequence) {
  cache_.release(sequence.kv);
  sequence.computed = 0;
  sequence.rebuilding = sequence.rebuilding || !sequence.call.opening || sequence.context > 0;
  queue(sequence, true);
  ++statistics_.preemptions;
}

void ContinuousScheduler::admit_waiting(Batch& batch) {
  while (!waiting_.empty() && budget_ > 0 && running_.size() < limits_.max_sequences) {
    ServedSequence& sequence = *waiting_.front();
    KvCache::Prefix const found = sequence.delivered > 0 ? KvCache::Prefix{} : cache_.find(sequence.kv, sequence.goal);
    std::uint32_t const there = sequence.delivered > 0
                                    ? sequence.delivered
                                    : static_cast<std::uint32_t>(found.blocks.size()) * cache_.block_tokens();
    std::uint32_t const missing = sequence.goal - there;
    if (!limits_.chunked_prefill && missing > budget_) return;
    std::uint32_t const units = std::min(missing, budget_);
    if (limits_.whole_prompt_must_fit && !cache_.has_room(found, sequence.goal)) return;
    if (!cache_.admit(sequence.kv, found, sequence.shape.reserves ? whole_length(sequence.shape) : there + units)) return;
    waiting_.pop_front();
    waiting_tokens_ -= queued_tokens(sequence);
    if (sequence.order == 0 && sequence.delivered == 0) statistics_.prefix_hit_tokens += there;
    sequence.delivered = 0;
    sequence.order = ++admissions_;
    sequence.computed = there;
    sequence.reached = std::max(sequence.reached, there);
    running_.push_back(&sequence);
    ++statistics_.admitted;
    add(sequence, units, batch);
  }
}

void ContinuousScheduler::add(ServedSequence& sequence, std::uint32_t units, Batch& batch) {
  BatchItem item;
  item.session = sequence.session;
  item.task = sequence.call.task;
  item.units = units;
  item.held = sequence.computed;
  item.opening = sequence.call.opening || sequence.rebuilding;
  item.yields = sequence.computed + units == sequence.goal;
  batch.items.push_back(item);
  budget_ -= units;
  sequence.in_batch = iteration_;
  if (sequence.reached > sequence.computed) {
    statistics_.recomputed_tokens += std::min(units, sequence.reached - sequence.computed);
  }
  cache_.fill(sequence.kv, sequence.computed + units);
  SequenceTable::compute(sequence, units);
}

/// Whoever was not admitted now waits until somebody leaves, since room only shrinks; but for those that may find more and
/// more of their prompt in the prefix cache.
std::uint32_t ContinuousScheduler::steady_iterations(Batch const& batch) const {
  if (!waiting_.empty() && (preempted_ || cache_.shares())) return 1;
  std::uint32_t steps = SteadyCost::without_end;
  std::uint64_t tokens_per_iteration = 0;
  for (BatchItem const& item : batch.items) {
    ServedSequence const* const sequence = table_.find_call(item.task);
    if (item.opening || !item.yields || sequence == nullptr || sequence->reached > sequence->computed) return 1;
    steps = std::min(steps, sequence->steps_left);
    tokens_per_iteration += item.units;
  }
  // Every sequence may be about to begin a block, and begins another one whenever it has filled one.
  auto const needed = [&](std::uint64_t iterations) {
    return batch.items.size() + tokens_per_iteration * iterations / cache_.block_tokens();
  };
  while (steps > 1 && needed(steps) > cache_.free()) steps /= 2;
  return steps;
}

void ContinuousScheduler::repeat(Batch& batch, std::uint32_t further) {
  if (further == 0) return;
  iteration_ += further;
  for (BatchItem& item : batch.items) {
    ServedSequence* const sequence = table_.find_call(item.task);
    if (sequence == nullptr) continue;
    SequenceTable::step_often(*sequence, further);
    item.held = sequence->computed - item.units;
    sequence->in_batch = iteration_;
    [[maybe_unused]] bool const grown = cache_.grow(sequence->kv, sequence->computed);
    assert(grown);
    cache_.fill(sequence->kv, sequence->computed);
  }
  statistics_.peak_blocks = cache_.statistics().peak_used;
}

void ContinuousScheduler::finish(Batch const& batch, double, std::vector<std::uint32_t>& ended) {
  bool parked = false;
  for (BatchItem const& item : batch.items) {
    ServedSequence* const sequence = table_.find_call(item.task);
    if (sequence == nullptr || !item.yields || !SequenceTable::step_done(*sequence)) continue;
    ended.push_back(item.task);
    table_.end(*sequence);
    --in_batch_;
    parked = true;
    if (sequence->results >= sequence->shape.output_tokens) cache_.release(sequence->kv);
  }
  if (parked) std::erase_if(running_, [](auto const* sequence) { return !sequence->active; });
}

}  // namespace coinfer
