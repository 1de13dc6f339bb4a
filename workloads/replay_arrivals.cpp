#include "workloads/replay_arrivals.hpp"

#include <cassert>
#include <utility>

namespace coinfer {

ReplayArrivals::ReplayArrivals(ReplayPattern pattern, RandomStream keeps) : pattern_(std::move(pattern)), keeps_(keeps) {
  assert(pattern_.times != nullptr);
}

std::optional<Seconds> ReplayArrivals::next() {
  auto const& times = *pattern_.times;
  while (position_ < times.size()) {
    Seconds const time = times[position_++];
    if (pattern_.keep >= 1 || keeps_.uniform() < pattern_.keep) return time;
  }
  return std::nullopt;
}

}  // namespace coinfer
