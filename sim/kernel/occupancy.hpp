// Integrals over time of how much of a resource is in use, and of how much waits for it.
#pragma once

#include <algorithm>
#include <cstdint>

namespace coinfer {

/// Counts jobs in service and waiting. All times in seconds of simulated time, non-decreasing.
class Occupancy {
 public:
  /// Changes the counts at `now_s`.
  void change(double now_s, int in_service, int waiting) {
    advance(now_s);
    in_service_ += in_service;
    waiting_ += waiting;
    max_waiting_ = std::max(max_waiting_, waiting_);
  }
  /// Brings the integrals up to `now_s`.
  void advance(double now_s) {
    double const passed = now_s - changed_s_;
    service_s_ += passed * in_service_;
    waiting_s_ += passed * waiting_;
    if (in_service_ > 0) busy_s_ += passed;
    changed_s_ = now_s;
  }

  /// Time in which one was in service, told afterwards; in between the counts must have been 0.
  void add_service(double service_s) {
    service_s_ += service_s;
    busy_s_ += service_s;
  }

  /// What the integrals are at `time_s`, where the counts do not change before it.
  [[nodiscard]] double service_at_s(double time_s) const { return service_s_ + (time_s - changed_s_) * in_service_; }
  [[nodiscard]] double waiting_at_s(double time_s) const { return waiting_s_ + (time_s - changed_s_) * waiting_; }
  [[nodiscard]] double busy_at_s(double time_s) const { return busy_s_ + (in_service_ > 0 ? time_s - changed_s_ : 0); }

  [[nodiscard]] int in_service() const { return in_service_; }
  [[nodiscard]] int waiting() const { return waiting_; }
  [[nodiscard]] int max_waiting() const { return max_waiting_; }
  /// Integral of the number in service.
  [[nodiscard]] double service_s() const { return service_s_; }
  /// Integral of the number waiting.
  [[nodiscard]] double waiting_s() const { return waiting_s_; }
  /// Time with at least one in service.
  [[nodiscard]] double busy_s() const { return busy_s_; }

 private:
  double changed_s_ = 0;
  double service_s_ = 0;
  double waiting_s_ = 0;
  double busy_s_ = 0;
  int in_service_ = 0;
  int waiting_ = 0;
  int max_waiting_ = 0;
};

}  // namespace coinfer
