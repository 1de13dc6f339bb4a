#include "workloads/serving/static_scheduler.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

void StaticScheduler::open_session(std::uint32_t session, SessionShape const& shape) {
  assert(fits(shape));
  table_.open(session, shape);
}

void StaticScheduler::close_session(std::uint32_t session) {
  ServedSequence* const sequence = table_.find(session);
  assert(sequence != nullptr);
  if (sequence->active) leave(sequence->call.task);
  std::erase(members_, sequence);
  cache_.release(sequence->kv);
  table_.close(session);
}

bool StaticScheduler::fits(SessionShape const& shape) const {
  return cache_.blocks_for(std::uint64_t{shape.prompt_tokens} + shape.output_tokens - 1) <= cache_.blocks();
}

void StaticScheduler::enter(ServeCall const& call, double now_s) {
  ServedSequence& sequence = table_.begin(call, now_s);
  if (sequence.order > 0) return;
  waiting_.push_back(&sequence);
  waiting_tokens_ += sequence.goal - sequence.delivered;
}

void StaticScheduler::leave(std::uint32_t task) {
  ServedSequence* const sequence = table_.find_call(task);
  if (sequence == nullptr) return;
  if (sequence->in_batch == iteration_ && iteration_ > 0) --in_batch_;
  if (sequence->order == 0) {
    std::erase(waiting_, sequence);
    waiting_tokens_ -= sequence->goal - sequence->delivered;
  }
  table_.end(*sequence);
}

double StaticScheduler::compose(double now_s, Batch& batch) {
  ++iteration_;
  in_batch_ = 0;
  if (members_.empty()) {
    if (waiting_.empty()) return when_asked;
    double const latest_s = waiting_.front()->entered_s + limits_.timeout.value();
    if (waiting_.size() < limits_.max_sequences && now_s < latest_s) return latest_s;
    collect();
  }
  for (ServedSequence* const sequence : members_) {
    if (sequence->active) add(*sequence, batch);
  }
  in_batch_ = static_cast<std::uint32_t>(batch.items.size());
  statistics_.peak_running = std::max(statistics_.peak_running, in_batch_);
  return when_asked;
}

void StaticScheduler::collect() {
  while (!waiting_.empty() && members_.size() < limits_.max_sequences) {
    ServedSequence& sequence = *waiting_.front();
    KvCache::Prefix const found = sequence.delivered > 0 ? KvCache::Prefix{} : cache_.find(sequence.kv, sequence.goal);
    if (!cache_.admit(sequence.kv, found, whole_length(sequence.shape))) break;
    waiting_.pop_front();
    waiting_tokens_ -= sequence.goal - sequence.delivered;
    sequence.computed = sequence.delivered > 0 ? sequence.delivered
                                               : static_cast<std::uint32_t>(found.blocks.size()) * cache_.block_tokens();
    if (sequence.delivered == 0) statistics_.prefix_hit_tokens += sequence.computed;
    sequence.delivered = 0;
    sequence.order = ++statistics_.admitted;
    members_.push_back(&sequence);
  }
  statistics_.peak_blocks = cache_.statistics().peak_used;
}

void StaticScheduler::add(ServedSequence& sequence, Batch& batch) {
  BatchItem item;
  item.session = sequence.session;
  item.task = sequence.call.task;
  item.units = sequence.goal - sequence.computed;
  item.held = sequence.computed;
  item.opening = sequence.call.opening;
  batch.items.push_back(item);
  sequence.in_batch = iteration_;
  cache_.fill(sequence.kv, sequence.goal);
  SequenceTable::compute(sequence, item.units);
}

/// Nobody joins a batch before it has run to its end, and its members have their blocks.
std::uint32_t StaticScheduler::steady_iterations(Batch const& batch) const {
  std::uint32_t steps = SteadyCost::without_end;
  for (BatchItem const& item : batch.items) {
    ServedSequence const* const sequence = table_.find_call(item.task);
    if (item.opening || sequence == nullptr) return 1;
    steps = std::min(steps, sequence->steps_left);
  }
  return steps;
}

void StaticScheduler::repeat(Batch& batch, std::uint32_t further) {
  if (further == 0) return;
  iteration_ += further;
  for (BatchItem& item : batch.items) {
    ServedSequence* const sequence = table_.find_call(item.task);
    if (sequence == nullptr) continue;
    SequenceTable::step_often(*sequence, further);
    item.held = sequence->computed - item.units;
    sequence->in_batch = iteration_;
    cache_.fill(sequence->kv, sequence->computed);
  }
}

void StaticScheduler::finish(Batch const& batch, double, std::vector<std::uint32_t>& ended) {
  for (BatchItem const& item : batch.items) {
    ServedSequence* const sequence = table_.find_call(item.task);
    if (sequence == nullptr || !SequenceTable::step_done(*sequence)) continue;
    ended.push_back(item.task);
    table_.end(*sequence);
    --in_batch_;
    if (sequence->results < sequence->shape.output_tokens) continue;
    cache_.release(sequence->kv);
    std::erase(members_, sequence);
  }
}

}  // namespace coinfer
