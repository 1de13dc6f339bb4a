// The pending events of a run, in the written order: time, then kind, then the order in which they were scheduled.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

namespace coinfer {

/// The end of simulated time, 2^36 s or some 2000 years: from there on the clock is coarser than what it measures, and
/// SimGrid's comparisons of dates no longer hold. Both engines end there.
inline constexpr double last_date_s = 0x1p36;

/// What an event is about. The order of the kinds is the order in which events of one instant are handled: what ends frees
/// capacity before what arrives asks for it.
enum class EventKind : std::uint8_t {
  job_end,      ///< a job served first-come-first-served ends; subject: its task
  share_end,    ///< the next job of a processor-sharing station ends; subject: the station
  stretch_end,  ///< a stretch of iterations ends; subject: the server
  flow_end,     ///< the next flow of a closed-form flow group ends; subject: the group
  delay_end,    ///< a delay or a propagation ends; subject: its task
  timer,        ///< a caller's timer (timeouts, think times); subject: the caller's
  arrival,      ///< a request arrives; subject: the caller's
  batch_start,  ///< an iteration server composes a batch of all that has come by now; subject: the server
};

struct Event {
  double time_s = 0;
  std::uint64_t order = 0;    ///< kind in the top 8 bits, then the sequence number
  std::uint32_t subject = 0;  ///< what it is about, by kind
  std::uint32_t stamp = 0;    ///< an event whose stamp is no longer that of its subject is stale and is dropped

  [[nodiscard]] EventKind kind() const { return static_cast<EventKind>(order >> 56); }
};

/// A 4-ary heap: fewer cache lines per operation than a binary one.
class EventQueue {
 public:
  void push(double time_s, EventKind kind, std::uint32_t subject, std::uint32_t stamp);
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  /// The next event. The queue must not be empty.
  [[nodiscard]] Event const& top() const {
    assert(!heap_.empty());
    return heap_.front();
  }
  /// Takes the next event. Throws a RunError where it lies beyond `last_date_s`.
  Event pop();
  /// Events ever pushed, for the manifest.
  [[nodiscard]] std::uint64_t pushed() const { return sequence_; }

 private:
  static bool before(Event const& a, Event const& b) {
    return a.time_s < b.time_s || (a.time_s == b.time_s && a.order < b.order);
  }
  std::vector<Event> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace coinfer
