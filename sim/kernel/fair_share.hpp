// A capacity that its users share equally: the closed form behind processor sharing and behind flows with the same links.
//
// In virtual time every user is served at rate one, so a user that enters at virtual time V with amount w leaves at V + w
// whatever happens in between; real time follows from dV/dt = capacity / max(n, full_speed_users). Each change costs
// O(log n) instead of O(n). (Zhang and Demers' virtual time, as in fair queueing: Demers, Keshav, Shenker, SIGCOMM 1989.)
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace coinfer {

class FairShare {
 public:
  FairShare() = default;
  /// `capacity` in amount per second, at least 0. Up to `full_speed_users` users each get capacity / full_speed_users; more
  /// share the whole.
  FairShare(double capacity, double full_speed_users) : capacity_(capacity), full_speed_users_(full_speed_users) {}

  /// A user with `amount` > 0 to be served enters.
  void enter(std::uint32_t user, double amount, double now_s);
  /// A user leaves before its end. Returns what it had left, or nothing where it is not there.
  std::optional<double> leave(std::uint32_t user, double now_s);
  /// Serves up to the next end, which must be at `now_s`, and appends every user that ends there to `ended`.
  void pop_ended(double now_s, std::vector<std::uint32_t>& ended);
  /// Appends (user, amount left) for all users, in order of entry, and empties the share.
  void drain(double now_s, std::vector<std::pair<std::uint32_t, double>>& left);
  void set_capacity(double capacity, double now_s);

  /// When the next user ends if nothing changes; infinity when there is none or the capacity is 0.
  [[nodiscard]] double next_end_s() const;
  [[nodiscard]] std::size_t users() const { return heap_.size(); }

 private:
  struct User {
    double end_at;  ///< virtual time at which it ends
    std::uint64_t entry;
    std::uint32_t id;
  };
  /// Orders the heap: the smallest end on top, ties by entry.
  static bool later(User const& a, User const& b) {
    return a.end_at > b.end_at || (a.end_at == b.end_at && a.entry > b.entry);
  }
  [[nodiscard]] double speed() const;
  void serve_until(double now_s);

  double capacity_ = 0;
  double full_speed_users_ = 1;
  double virtual_ = 0;
  double changed_s_ = 0;
  std::uint64_t entries_ = 0;
  std::vector<User> heap_;
};

}  // namespace coinfer
