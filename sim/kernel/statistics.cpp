#include "sim/kernel/statistics.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "sim/kernel/exact_sum.hpp"

namespace coinfer {

double quantile(std::span<double> samples, double q) {
  assert(!samples.empty() && q > 0 && q <= 1);
  double const rank = std::ceil(q * static_cast<double>(samples.size()));
  std::size_t const index = rank < 1 ? 0 : static_cast<std::size_t>(rank) - 1;
  auto const nth = samples.begin() + static_cast<std::ptrdiff_t>(std::min(index, samples.size() - 1));
  std::nth_element(samples.begin(), nth, samples.end());
  return *nth;
}

double exact_sum(std::span<double const> samples) {
  ExactSum sum;
  for (double sample : samples) sum.add(sample);
  return sum.value();
}

std::optional<Summary> summarise(std::span<double> samples) {
  if (samples.empty()) return std::nullopt;
  Summary summary;
  summary.count = samples.size();
  summary.mean = exact_sum(samples) / static_cast<double>(samples.size());
  summary.p50 = quantile(samples, 0.50);
  summary.p90 = quantile(samples, 0.90);
  summary.p95 = quantile(samples, 0.95);
  summary.p99 = quantile(samples, 0.99);
  summary.max = *std::max_element(samples.begin(), samples.end());
  return summary;
}

std::optional<Interval> batch_means_interval(std::span<double const> samples) {
  std::size_t constexpr batches = 20;
  std::size_t constexpr least_samples = 200;
  double constexpr student_t_975_19 = 2.093024054408263;  // 97.5 % point, 19 degrees of freedom
  if (samples.size() < least_samples) return std::nullopt;
  std::size_t const batch = samples.size() / batches;
  std::span<double const> const used = samples.last(batch * batches);
  std::vector<double> means;
  for (std::size_t i = 0; i < batches; ++i) {
    means.push_back(exact_sum(used.subspan(i * batch, batch)) / static_cast<double>(batch));
  }
  double const mean = exact_sum(means) / batches;
  double squares = 0;
  for (double m : means) squares += (m - mean) * (m - mean);
  double const half = student_t_975_19 * std::sqrt(squares / (batches - 1) / batches);
  return Interval{mean - half, mean + half};
}

}  // namespace coinfer
