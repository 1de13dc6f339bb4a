#include "tests/theory/batch_recursions.hpp"

#include <algorithm>
#include <cmath>

namespace coinfer::theory {

std::vector<double> batch_waits(std::vector<double> const& arrivals_s, Batching const& batching) {
  std::vector<double> waits_s;
  double free_s = 0;
  while (waits_s.size() < arrivals_s.size()) {
    std::size_t const oldest = waits_s.size();
    double ready_s = arrivals_s[oldest] + batching.timeout_s;
    if (oldest + batching.least <= arrivals_s.size()) {
      ready_s = std::min(ready_s, arrivals_s[oldest + batching.least - 1]);
    }
    double const start_s = std::max(free_s, ready_s);
    std::size_t members = 0;
    while (members < batching.largest && oldest + members < arrivals_s.size() && arrivals_s[oldest + members] <= start_s) {
      waits_s.push_back(start_s - arrivals_s[oldest + members]);
      ++members;
    }
    free_s = start_s + (batching.fixed_s + batching.per_member_s * static_cast<double>(members));
  }
  return waits_s;
}

std::vector<Stay> continuous_stays(std::vector<double> const& arrivals_s, std::vector<std::uint32_t> const& iterations,
                                   Batching const& batching) {
  std::vector<Stay> stays;  // as many as have been admitted
  std::vector<std::uint32_t> left = iterations;
  std::vector<std::size_t> members;
  double now_s = 0;
  while (stays.size() < arrivals_s.size() || !members.empty()) {
    if (members.empty()) now_s = std::max(now_s, arrivals_s[stays.size()]);
    while (members.size() < batching.largest && stays.size() < arrivals_s.size() && arrivals_s[stays.size()] <= now_s) {
      members.push_back(stays.size());
      stays.push_back({now_s, 0});
    }
    now_s += batching.fixed_s + batching.per_member_s * static_cast<double>(members.size());
    for (std::size_t job : members) {
      if (--left[job] == 0) stays[job].end_s = now_s;
    }
    std::erase_if(members, [&left](std::size_t job) { return left[job] == 0; });
  }
  return stays;
}

double mean_wait_unlimited_batches_s(double arrivals_per_s, double service_s) {
  double const meanwhile = arrivals_per_s * service_s;
  return meanwhile * service_s / 2 / (meanwhile + std::exp(-meanwhile));
}

}  // namespace coinfer::theory
