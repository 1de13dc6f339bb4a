// A sum that does not lose what is small beside it.
#pragma once

#include <cmath>

namespace coinfer {

/// A compensated sum (Neumaier, 1974) of what comes one by one.
class ExactSum {
 public:
  void add(double sample) {
    double const next = sum_ + sample;
    lost_ += std::abs(sum_) >= std::abs(sample) ? (sum_ - next) + sample : (sample - next) + sum_;
    sum_ = next;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

}  // namespace coinfer
