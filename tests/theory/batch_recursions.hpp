// Batch servers without a clock or events, and the one mean of theirs that is elementary. They share no code with the
// kernel, on purpose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace coinfer::theory {

/// Jobs are served together, up to `largest`, oldest first, for fixed_s + per_member_s * (their number) seconds. A batch
/// begins when the server is free and `least` jobs are there or the oldest has waited `timeout_s`.
struct Batching {
  std::size_t largest = 1;
  std::size_t least = 1;
  double timeout_s = 0;
  double fixed_s = 0;
  double per_member_s = 0;
};

/// Waits where each job is served once: with F the end of the batch before and i the oldest job,
/// start = max(F, min(a[i] + timeout, a[i + least - 1])), and all with a[j] <= start go, up to `largest`.
std::vector<double> batch_waits(std::vector<double> const& arrivals_s, Batching const& batching);

/// Start and end of each job where job n takes part in iterations[n] batches in a row, and a job that is ready joins at the
/// next boundary as soon as there is room (continuous batching). `least` is 1.
struct Stay {
  double start_s;
  double end_s;
};
std::vector<Stay> continuous_stays(std::vector<double> const& arrivals_s, std::vector<std::uint32_t> const& iterations,
                                   Batching const& batching);

/// Mean wait where arrivals are Poisson, batches have no limit and take `service_s` each, whatever their size. A batch that
/// follows another at once takes those who came meanwhile, uniformly over `service_s`; after a batch during which nobody
/// came, the next job is served at once, alone. By renewal reward, per batch and with m = arrivals_per_s * service_s:
/// mean wait = (m * service_s / 2) / (m + exp(-m)).
double mean_wait_unlimited_batches_s(double arrivals_per_s, double service_s);

}  // namespace coinfer::theory
