#include "workloads/gamma_arrivals.hpp"

#include "sim/base/distributions.hpp"

namespace coinfer {

GammaArrivals::GammaArrivals(GammaPattern pattern, RandomStream gaps)
    : mean_gap_s_(1 / pattern.rate_per_s), cv_(pattern.cv), gaps_(gaps) {}

std::optional<Seconds> GammaArrivals::next() {
  last_ += Seconds(draw(Gamma{mean_gap_s_, cv_}, gaps_));
  return last_;
}

}  // namespace coinfer
