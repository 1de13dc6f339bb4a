#include "sim/kernel/event_queue.hpp"

#include "sim/base/errors.hpp"

namespace coinfer {

void EventQueue::push(double time_s, EventKind kind, std::uint32_t subject, std::uint32_t stamp) {
  assert(time_s == time_s && "an event without a date");
  Event const event{time_s, (static_cast<std::uint64_t>(kind) << 56) | sequence_++, subject, stamp};
  std::size_t hole = heap_.size();
  heap_.push_back(event);
  while (hole > 0) {
    std::size_t const parent = (hole - 1) / 4;
    if (!before(event, heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = event;
}

Event EventQueue::pop() {
  assert(!heap_.empty());
  Event const result = heap_.front();
  if (result.time_s > last_date_s) throw RunError("the run goes on for more than 2000 years of simulated time");
  Event const last = heap_.back();
  heap_.pop_back();
  std::size_t const size = heap_.size();
  if (size == 0) return result;
  std::size_t hole = 0;
  for (;;) {
    std::size_t const first = 4 * hole + 1;
    if (first >= size) break;
    std::size_t best = first;
    std::size_t const end = first + 4 < size ? first + 4 : size;
    for (std::size_t child = first + 1; child < end; ++child) {
      if (before(heap_[child], heap_[best])) best = child;
    }
    if (!before(heap_[best], last)) break;
    heap_[hole] = heap_[best];
    hole = best;
  }
  heap_[hole] = last;
  return result;
}

}  // namespace coinfer
