#include "workloads/fixed_rate_arrivals.hpp"

namespace coinfer {

std::optional<Seconds> FixedRateArrivals::next() {
  ++count_;
  return Seconds(static_cast<double>(count_) / rate_per_s_);
}

}  // namespace coinfer
