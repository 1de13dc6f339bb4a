#include "workloads/poisson_arrivals.hpp"

#include "sim/base/distributions.hpp"

namespace coinfer {

PoissonArrivals::PoissonArrivals(PoissonPattern pattern, RandomStream gaps)
    : mean_gap_s_(1 / pattern.rate_per_s), gaps_(gaps) {}

std::optional<Seconds> PoissonArrivals::next() {
  last_ += Seconds(draw(Exponential{mean_gap_s_}, gaps_));
  return last_;
}

}  // namespace coinfer
