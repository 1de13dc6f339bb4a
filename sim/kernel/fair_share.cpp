#include "sim/kernel/fair_share.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace coinfer {

double FairShare::speed() const {
  double const n = static_cast<double>(heap_.size());
  return capacity_ / (n > full_speed_users_ ? n : full_speed_users_);
}

void FairShare::serve_until(double now_s) {
  if (heap_.empty()) {
    // An idle share starts again at zero, so that rounding does not grow over a long run and a lone user is priced exactly.
    virtual_ = 0;
  } else {
    virtual_ += (now_s - changed_s_) * speed();
  }
  changed_s_ = now_s;
}

void FairShare::enter(std::uint32_t user, double amount, double now_s) {
  assert(amount > 0);
  serve_until(now_s);
  heap_.push_back(User{virtual_ + amount, entries_++, user});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

std::optional<double> FairShare::leave(std::uint32_t user, double now_s) {
  serve_until(now_s);
  auto const found = std::find_if(heap_.begin(), heap_.end(), [user](User const& u) { return u.id == user; });
  if (found == heap_.end()) return std::nullopt;
  double const left = std::max(0.0, found->end_at - virtual_);
  *found = heap_.back();
  heap_.pop_back();
  std::make_heap(heap_.begin(), heap_.end(), later);
  return left;
}

void FairShare::pop_ended(double now_s, std::vector<std::uint32_t>& ended) {
  assert(!heap_.empty());
  // The end of the first user defines the virtual time here; adding up rates would drift from it.
  virtual_ = heap_.front().end_at;
  changed_s_ = now_s;
  while (!heap_.empty() && heap_.front().end_at <= virtual_) {
    ended.push_back(heap_.front().id);
    std::pop_heap(heap_.begin(), heap_.end(), later);
    heap_.pop_back();
  }
}

void FairShare::drain(double now_s, std::vector<std::pair<std::uint32_t, double>>& left) {
  serve_until(now_s);
  std::sort(heap_.begin(), heap_.end(), [](User const& a, User const& b) { return a.entry < b.entry; });
  for (User const& user : heap_) left.emplace_back(user.id, std::max(0.0, user.end_at - virtual_));
  heap_.clear();
}

void FairShare::set_capacity(double capacity, double now_s) {
  serve_until(now_s);
  capacity_ = capacity;
}

double FairShare::next_end_s() const {
  if (heap_.empty() || capacity_ <= 0) return std::numeric_limits<double>::infinity();
  double const n = static_cast<double>(heap_.size());
  double const sharers = n > full_speed_users_ ? n : full_speed_users_;
  double const left = heap_.front().end_at - virtual_;
  return changed_s_ + (left > 0 ? left * sharers / capacity_ : 0.0);
}

}  // namespace coinfer
