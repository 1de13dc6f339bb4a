// The arrivals of a recorded trace.
#pragma once

#include <memory>
#include <vector>

#include "sim/base/random.hpp"
#include "workloads/arrivals.hpp"
#include "workloads/recorded_lengths.hpp"

namespace coinfer {

struct ReplayPattern {
  /// Recorded times after time scaling, the first one 0, never decreasing, at least one. Shared because a trace may hold
  /// millions of arrivals and every replication of a run reads the same ones.
  std::shared_ptr<std::vector<Seconds> const> times;
  /// Share of the arrivals that are kept, each by an independent draw; above 0 and at most 1.
  double keep = 1;
  /// Tokens of each row; null where the trace does not say.
  std::shared_ptr<RecordedLengths const> lengths = nullptr;
};

/// Gives the recorded times in order. With keep 1 nothing is drawn. A thinned trace may begin after 0: what is left keeps
/// its time.
class ReplayArrivals : public Arrivals {
 public:
  ReplayArrivals(ReplayPattern pattern, RandomStream keeps);
  std::optional<Seconds> next() override;
  [[nodiscard]] std::size_t row() const override { return position_ == 0 ? 0 : position_ - 1; }

 private:
  ReplayPattern pattern_;
  RandomStream keeps_;
  std::size_t position_ = 0;
};

}  // namespace coinfer
