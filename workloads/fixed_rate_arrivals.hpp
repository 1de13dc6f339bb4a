// Evenly spaced arrivals.
#pragma once

#include <cstdint>

#include "workloads/arrivals.hpp"

namespace coinfer {

struct FixedRatePattern {
  double rate_per_s;  ///< > 0, with a finite gap
};

/// Arrival n, from 1, is at n / rate: computed, not added up, so that the spacing does not drift.
class FixedRateArrivals : public Arrivals {
 public:
  explicit FixedRateArrivals(FixedRatePattern pattern) : rate_per_s_(pattern.rate_per_s) {}
  std::optional<Seconds> next() override;

 private:
  double rate_per_s_;
  std::uint64_t count_ = 0;
};

}  // namespace coinfer
