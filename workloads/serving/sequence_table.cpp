#include "workloads/serving/sequence_table.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

ServedSequence& SequenceTable::open(std::uint32_t session, SessionShape const& shape) {
  assert(shape.prompt_tokens > 0 && shape.output_tokens > 0 && shape.delivered_tokens <= shape.prompt_tokens);
  auto const [place, added] = sequences_.try_emplace(session);
  assert(added);
  (void)added;
  ServedSequence& sequence = place->second;
  sequence.session = session;
  sequence.shape = shape;
  sequence.kv.serial = next_serial_++;
  sequence.kv.user = shape.user;
  sequence.kv.hashes = std::move(sequence.shape.prefix_hashes);
  sequence.context = shape.delivered_tokens;
  sequence.delivered = shape.delivered_tokens;
  // Whoever opened it gave the first result.
  sequence.results = shape.delivered_tokens > 0 ? 1 : 0;
  return sequence;
}

ServedSequence* SequenceTable::find(std::uint32_t session) {
  auto const found = sequences_.find(session);
  return found == sequences_.end() ? nullptr : &found->second;
}

ServedSequence* SequenceTable::find_call(std::uint32_t task) { return task < of_call_.size() ? of_call_[task] : nullptr; }

ServedSequence const* SequenceTable::find_call(std::uint32_t task) const {
  return task < of_call_.size() ? of_call_[task] : nullptr;
}

ServedSequence& SequenceTable::begin(ServeCall const& call, double now_s) {
  ServedSequence* const sequence = find(call.session);
  assert(sequence != nullptr && !sequence->active && call.units > 0 && call.steps > 0);
  sequence->call = call;
  sequence->entered_s = now_s;
  sequence->active = true;
  sequence->in_batch = 0;
  sequence->steps_left = call.steps;
  sequence->goal = sequence->context + call.units;
  if (call.task >= of_call_.size()) of_call_.resize(call.task + std::size_t{1}, nullptr);
  of_call_[call.task] = sequence;
  ++active_;
  return *sequence;
}

void SequenceTable::end(ServedSequence& sequence) {
  assert(sequence.active);
  sequence.active = false;
  // What a call that was given up has computed stays.
  sequence.context = std::max(sequence.context, sequence.computed);
  of_call_[sequence.call.task] = nullptr;
  --active_;
}

void SequenceTable::close(std::uint32_t session) {
  assert(find(session) != nullptr && !find(session)->active);
  sequences_.erase(session);
}

void SequenceTable::trim(std::uint32_t session, std::uint32_t tokens) {
  ServedSequence* const sequence = find(session);
  assert(sequence != nullptr && !sequence->active);
  sequence->context = std::min(sequence->context, tokens);
  sequence->computed = std::min(sequence->computed, tokens);
  sequence->reached = std::min(sequence->reached, tokens);
}

void SequenceTable::compute(ServedSequence& sequence, std::uint32_t units) {
  sequence.computed += units;
  sequence.reached = std::max(sequence.reached, sequence.computed);
}

bool SequenceTable::step_done(ServedSequence& sequence) {
  assert(sequence.active && sequence.computed == sequence.goal);
  sequence.context = sequence.goal;
  sequence.rebuilding = false;
  ++sequence.results;
  if (--sequence.steps_left == 0) return true;
  sequence.goal += sequence.call.units;
  return false;
}

void SequenceTable::step_often(ServedSequence& sequence, std::uint32_t times) {
  assert(sequence.active && sequence.computed == sequence.goal && sequence.steps_left > times);
  sequence.rebuilding = false;
  sequence.results += times;
  sequence.steps_left -= times;
  sequence.goal += times * sequence.call.units;
  sequence.context = sequence.goal - sequence.call.units;
  compute(sequence, times * sequence.call.units);
}

}  // namespace coinfer
