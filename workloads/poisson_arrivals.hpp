// Independent arrivals at a constant mean rate.
#pragma once

#include "sim/base/random.hpp"
#include "workloads/arrivals.hpp"

namespace coinfer {

struct PoissonPattern {
  double rate_per_s;  ///< > 0, with a finite mean gap
};

/// A Poisson process: arrival n is the sum of n independent exponential gaps of mean 1/rate.
class PoissonArrivals : public Arrivals {
 public:
  PoissonArrivals(PoissonPattern pattern, RandomStream gaps);
  std::optional<Seconds> next() override;

 private:
  double mean_gap_s_;
  RandomStream gaps_;
  Seconds last_;
};

}  // namespace coinfer
