#include "tests/theory/recursions.hpp"

#include <algorithm>
#include <limits>

namespace coinfer::theory {

std::vector<double> lindley_waits(std::vector<double> const& gaps_s, std::vector<double> const& services_s) {
  std::vector<double> waits_s(gaps_s.size(), 0.0);
  for (std::size_t n = 0; n + 1 < gaps_s.size(); ++n) {
    waits_s[n + 1] = std::max(0.0, waits_s[n] + services_s[n] - gaps_s[n + 1]);
  }
  return waits_s;
}

std::vector<double> kiefer_wolfowitz_waits(std::vector<double> const& gaps_s, std::vector<double> const& services_s,
                                           std::size_t servers) {
  std::vector<double> waits_s;
  std::vector<double> work_left_s(servers, 0.0);
  for (std::size_t n = 0; n < gaps_s.size(); ++n) {
    for (double& work_s : work_left_s) work_s = std::max(0.0, work_s - gaps_s[n]);
    std::sort(work_left_s.begin(), work_left_s.end());
    waits_s.push_back(work_left_s.front());
    work_left_s.front() += services_s[n];
  }
  return waits_s;
}

std::vector<double> departures_in_order(std::vector<double> const& ready_s, std::vector<double> const& services_s) {
  return departures_with_outages(ready_s, services_s, {});
}

std::vector<double> departures_with_outages(std::vector<double> const& ready_s, std::vector<double> const& services_s,
                                            std::vector<Outage> const& outages) {
  std::vector<double> departures_s;
  double free_s = 0;
  auto outage = outages.begin();
  for (std::size_t n = 0; n < ready_s.size(); ++n) {
    double now_s = std::max(ready_s[n], free_s);
    double left_s = services_s[n];
    while (outage != outages.end() && outage->to_s <= now_s) ++outage;
    for (; outage != outages.end() && outage->from_s <= now_s + left_s; ++outage) {
      left_s -= std::max(0.0, outage->from_s - now_s);
      now_s = outage->to_s;
    }
    free_s = now_s + left_s;
    departures_s.push_back(free_s);
  }
  return departures_s;
}

namespace {

/// The state of the fluid at one instant.
class Fluid {
 public:
  Fluid(std::vector<FluidUser> const& users, std::size_t resources, double largest_rate)
      : users_(users), largest_rate_(largest_rate), capacity_(resources), rate_(users.size()), left_(users.size()) {}

  void enter(std::size_t user) {
    present_.push_back(user);
    left_[user] = users_[user].amount;
  }
  void set_capacity(std::size_t resource, double capacity) { capacity_[resource] = capacity; }

  /// Progressive filling: all rates rise together; those that meet a full resource, or the largest rate, stand still.
  void fill() {
    std::vector<double> room = capacity_;
    std::vector<std::size_t> rising = present_;
    double level = 0;
    while (!rising.empty()) {
      std::vector<std::size_t> count(capacity_.size(), 0);
      for (std::size_t user : rising) {
        for (std::size_t resource : users_[user].resources) ++count[resource];
      }
      double rise = largest_rate_ - level;
      for (std::size_t r = 0; r < room.size(); ++r) {
        if (count[r] > 0) rise = std::min(rise, room[r] / static_cast<double>(count[r]));
      }
      std::vector<char> full(room.size(), 0);
      for (std::size_t r = 0; r < room.size(); ++r) {
        if (count[r] == 0) continue;
        full[r] = room[r] / static_cast<double>(count[r]) <= rise;
        room[r] -= rise * static_cast<double>(count[r]);
      }
      level += rise;
      std::vector<std::size_t> still_rising;
      for (std::size_t user : rising) {
        rate_[user] = level;
        bool const stops = std::any_of(users_[user].resources.begin(), users_[user].resources.end(),
                                       [&full](std::size_t resource) { return full[resource] != 0; });
        if (!stops && level < largest_rate_) still_rising.push_back(user);
      }
      rising = still_rising;
    }
  }

  /// How long until the next user has been served, at the rates of now.
  [[nodiscard]] double time_to_end_s() const {
    double least_s = std::numeric_limits<double>::infinity();
    for (std::size_t user : present_) {
      if (rate_[user] > 0) least_s = std::min(least_s, left_[user] / rate_[user]);
    }
    return least_s;
  }

  void pass(double time_s) {
    for (std::size_t user : present_) left_[user] -= rate_[user] * time_s;
  }

  /// Takes out the users whose end is the next one, which comes after `time_s`.
  std::vector<std::size_t> take_ended(double time_s) {
    std::vector<std::size_t> ended;
    std::vector<std::size_t> staying;
    for (std::size_t user : present_) {
      bool const ends = rate_[user] > 0 && left_[user] / rate_[user] <= time_s;
      (ends ? ended : staying).push_back(user);
    }
    present_ = staying;
    return ended;
  }

 private:
  std::vector<FluidUser> const& users_;
  double largest_rate_;
  std::vector<double> capacity_;
  std::vector<double> rate_;
  std::vector<double> left_;
  std::vector<std::size_t> present_;
};

}  // namespace

std::vector<double> fluid_ends(std::vector<FluidUser> const& users, std::vector<std::vector<CapacityStep>> const& steps,
                               double largest_rate) {
  struct Step {
    double from_s;
    std::size_t resource;
    double capacity;
  };
  std::vector<Step> changes;
  for (std::size_t resource = 0; resource < steps.size(); ++resource) {
    for (CapacityStep const& step : steps[resource]) changes.push_back({step.from_s, resource, step.capacity});
  }
  std::stable_sort(changes.begin(), changes.end(), [](Step const& a, Step const& b) { return a.from_s < b.from_s; });

  double constexpr infinity = std::numeric_limits<double>::infinity();
  Fluid fluid(users, steps.size(), largest_rate);
  std::vector<double> ends_s(users.size(), infinity);
  double now_s = 0;
  std::size_t next_user = 0;
  std::size_t next_change = 0;
  for (;;) {
    fluid.fill();
    double const to_end_s = fluid.time_to_end_s();
    double const arrival_s = next_user < users.size() ? users[next_user].arrival_s : infinity;
    double const change_s = next_change < changes.size() ? changes[next_change].from_s : infinity;
    double const other_s = std::min(arrival_s, change_s);
    if (to_end_s == infinity && other_s == infinity) return ends_s;
    if (now_s + to_end_s <= other_s) {
      std::vector<std::size_t> const ended = fluid.take_ended(to_end_s);
      fluid.pass(to_end_s);
      now_s += to_end_s;
      for (std::size_t user : ended) ends_s[user] = now_s;
      continue;
    }
    fluid.pass(other_s - now_s);
    now_s = other_s;
    if (change_s <= arrival_s) {
      fluid.set_capacity(changes[next_change].resource, changes[next_change].capacity);
      ++next_change;
    } else {
      fluid.enter(next_user++);
    }
  }
}

}  // namespace coinfer::theory
