// The arrivals of a recorded trace.
#pragma once

#include <memory>
#include <vector>

#include "sim/base/random.hpp"
#include "workloads/arrivals.hpp"

namespace coinfer {

struct ReplayPattern {
  /// Recorded times after time scaling, the first one 0, never decreasing, at least one. Shared because a trace may hold
  /// millions of arrivals and every replication of a run reads the same ones.
  std::shared_ptr<std::vector<Seconds> const> times;
  /// Share of the arrivals that are kept, each by an independent draw; above 0 and at most 1.
  double keep = 1;
};

/// Gives the recorded times in order. With keep 1 nothing is drawn. A thinned trace may begin after 0: what is left keeps
/// its time.
class ReplayArrivals : public Arrivals {
 public:
  ReplayArrivals(ReplayPattern pattern, RandomStream keeps);
  std::optional<Seconds> next() override;

 private:
  ReplayPattern pattern_;
  RandomStream keeps_;
  std::size_t position_ = 0;
};

}  // namespace coinfer
