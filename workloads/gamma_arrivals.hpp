// Bursty or regular arrivals.
#pragma once

#include "sim/base/random.hpp"
#include "workloads/arrivals.hpp"

namespace coinfer {

struct GammaPattern {
  double rate_per_s;  ///< > 0, with a finite mean gap
  double cv;          ///< standard deviation of the gaps over their mean, > 0
};

/// A renewal process with gamma-distributed gaps of mean 1/rate and the given coefficient of variation: cv 1 is a Poisson
/// process, above it arrivals come in bursts. It leaves out correlation between gaps.
class GammaArrivals : public Arrivals {
 public:
  GammaArrivals(GammaPattern pattern, RandomStream gaps);
  std::optional<Seconds> next() override;

 private:
  double mean_gap_s_;
  double cv_;
  RandomStream gaps_;
  Seconds last_;
};

}  // namespace coinfer
