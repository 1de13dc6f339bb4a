// A scheduler that is simple enough to follow by hand, and a batch step made of a callback.
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <vector>

#include "sim/kernel/batching.hpp"

namespace coinfer {

/// Takes calls in order of entry: those that are in, up to `largest`, an opening `chunk` units at a time. It waits until
/// there are `least`, but no longer than `timeout_s` after the oldest came.
class ScriptedScheduler final : public BatchScheduler {
 public:
  std::size_t largest = 8;
  std::size_t least = 1;
  double timeout_s = 0;
  std::uint32_t chunk = std::numeric_limits<std::uint32_t>::max();
  bool closed = false;                          ///< composes nothing
  std::map<std::uint32_t, std::uint32_t> held;  ///< by session
  std::vector<ServeCall> entered;
  std::vector<std::uint32_t> left;

  void enter(ServeCall const& call, double now_s) override {
    entered.push_back(call);
    calls_.push_back({call, call.opening ? call.units : call.steps, now_s});
  }
  void leave(std::uint32_t task) override {
    left.push_back(task);
    calls_.erase(find(task));
  }
  double compose(double now_s, Batch& batch) override {
    batched_ = 0;
    if (closed || calls_.empty()) return when_asked;
    if (calls_.size() < least && calls_.front().entered_s + timeout_s > now_s) return calls_.front().entered_s + timeout_s;
    for (Entry const& entry : calls_) {
      if (batch.items.size() == largest) break;
      ServeCall const& call = entry.call;
      std::uint32_t const units = call.opening ? std::min(chunk, entry.left) : call.units;
      bool const yields = !call.opening || units == entry.left;
      batch.items.push_back({call.session, call.task, units, held[call.session], call.opening, yields});
    }
    batched_ = batch.items.size();
    return when_asked;
  }
  void finish(Batch const& batch, double, std::vector<std::uint32_t>& ended) override {
    for (BatchItem const& item : batch.items) {
      auto const entry = find(item.task);
      if (entry == calls_.end()) continue;
      held[item.session] += item.units;
      entry->left -= item.opening ? item.units : 1;
      if (entry->left > 0) continue;
      ended.push_back(item.task);
      calls_.erase(entry);
    }
  }
  [[nodiscard]] std::uint32_t waiting() const override {
    return static_cast<std::uint32_t>(calls_.size() - std::min(calls_.size(), batched_));
  }

 private:
  struct Entry {
    ServeCall call;
    std::uint32_t left;  ///< units of an opening, otherwise steps
    double entered_s;
  };
  std::vector<Entry>::iterator find(std::uint32_t task) {
    return std::find_if(calls_.begin(), calls_.end(), [task](Entry const& entry) { return entry.call.task == task; });
  }
  std::vector<Entry> calls_;
  std::size_t batched_ = 0;
};

/// Units of the openings of a batch, and of its steps.
inline double units_of(Batch const& batch, bool opening) {
  double units = 0;
  for (BatchItem const& item : batch.items) units += item.opening == opening ? item.units : 0;
  return units;
}

class ScriptedStep final : public BatchStep {
 public:
  using Price = std::function<void(Batch const&, std::span<TaskAmount>)>;
  explicit ScriptedStep(Price price) : price_(std::move(price)) {}
  void price(Batch const& batch, std::span<TaskAmount> amounts) const override {
    ++pricings;
    price_(batch, amounts);
  }
  mutable int pricings = 0;

 private:
  Price price_;
};

/// One second per unit, in the first task.
inline ScriptedStep second_per_unit() {
  return ScriptedStep([](Batch const& batch, std::span<TaskAmount> amounts) {
    amounts[0].total = units_of(batch, true) + units_of(batch, false);
  });
}

}  // namespace coinfer
