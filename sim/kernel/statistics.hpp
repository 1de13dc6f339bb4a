// Summaries of samples: exact quantiles and an interval for the mean of a correlated series.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace coinfer {

/// Exact quantiles, nearest rank: the smallest sample x such that at least q*n samples are <= x.
struct Summary {
  std::uint64_t count = 0;
  double mean = 0;
  double p50 = 0;
  double p90 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

/// Nothing for no samples. Reorders `samples` (selection instead of a sort: O(n)). The mean is summed in the given order
/// with compensation (Neumaier), so it does not depend on the build.
std::optional<Summary> summarise(std::span<double> samples);

/// Nearest-rank quantile of samples that may be reordered; 0 < q <= 1, at least one sample (asserted).
double quantile(std::span<double> samples, double q);

/// Compensated sum (Neumaier, 1974).
double exact_sum(std::span<double const> samples);

/// A two-sided 95 % confidence interval for the mean.
struct Interval {
  double low = 0;
  double high = 0;
};

/// Batch means over 20 equal batches in the given order (the remainder at the front is left out, as the least settled): the
/// batches of a long run are nearly independent where single samples are not. Student's t with 19 degrees of freedom.
/// Nothing for fewer than 200 samples. (Law and Kelton, Simulation Modeling and Analysis, ch. 9.)
std::optional<Interval> batch_means_interval(std::span<double const> samples);

}  // namespace coinfer
