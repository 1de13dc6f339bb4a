#include "scenarios/request_statistics.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sim/kernel/exact_sum.hpp"

namespace coinfer {

namespace {

/// What one pass over the counted requests adds up.
struct Totals {
  std::array<ExactSum, part_names.size()> parts_s;
  std::uint64_t counted = 0;
  std::uint64_t first_tokens = 0;
  std::uint64_t per_token = 0;
  std::uint64_t with_objective = 0;
  std::uint64_t kept = 0;
  double first_end_s = 0;
  double last_end_s = 0;

  void add(RequestRecord const& request, ServiceObjective const& objective) {
    first_end_s = counted == 0 ? request.end_s : std::min(first_end_s, request.end_s);
    last_end_s = std::max(last_end_s, request.end_s);
    ++counted;
    first_tokens += time_to_first_token_s(request) ? 1 : 0;
    per_token += time_per_token_s(request) ? 1 : 0;
    for (std::size_t part = 0; part < parts_s.size(); ++part) parts_s[part].add(request.parts_s[part]);
    if (!objective.given()) return;
    ++with_objective;
    if (keeps_objective(request, objective)) ++kept;
  }
};

bool is_counted(RequestRecord const& request, std::optional<std::uint32_t> workload) {
  if (workload && request.workload != *workload) return false;
  return request.outcome == Outcome::completed && !request.warm_up;
}

/// The samples of one metric, in a pass of their own: only one metric is in memory at a time.
template <class Metric>
std::vector<double> samples_of(RunRecord const& record, std::optional<std::uint32_t> workload, std::uint64_t count,
                               Metric const& metric) {
  std::vector<double> samples;
  samples.reserve(count);
  if (count == 0) return samples;
  for (RequestRecord const& request : record.requests) {
    if (!is_counted(request, workload)) continue;
    if (std::optional<double> const sample = metric(request)) samples.push_back(*sample);
  }
  return samples;
}

/// Mean, quantiles and, where asked for, the interval of the mean.
template <class Metric>
std::optional<Summary> summary_of(RunRecord const& record, std::optional<std::uint32_t> workload, std::uint64_t count,
                                  Metric const& metric, std::optional<Interval>* interval = nullptr) {
  std::vector<double> samples = samples_of(record, workload, count, metric);
  if (interval != nullptr) *interval = batch_means_interval(samples);
  return summarise(samples);
}

}  // namespace

bool keeps_objective(RequestRecord const& request, ServiceObjective const& objective) {
  auto const within = [](std::optional<double> value, std::optional<Seconds> limit) {
    return !value || !limit || *value <= limit->value();
  };
  return within(time_to_first_token_s(request), objective.first_token) &&
         within(time_per_token_s(request), objective.per_token) &&
         within(request.end_s - request.arrival_s, objective.latency);
}

std::optional<double> time_to_first_token_s(RequestRecord const& request) {
  if (request.output_tokens == 0 || request.first_token_s < 0) return std::nullopt;
  return request.first_token_s - request.arrival_s;
}

std::optional<double> time_per_token_s(RequestRecord const& request) {
  if (request.output_tokens < 2 || request.first_token_s < 0 || request.outcome != Outcome::completed) return std::nullopt;
  return (request.end_s - request.first_token_s) / (request.output_tokens - 1);
}

WorkloadResult request_statistics(Scenario const& scenario, RunRecord const& record,
                                  std::optional<std::uint32_t> workload) {
  WorkloadResult result;
  result.name = workload ? scenario.workloads[*workload].name : "all";
  Totals totals;
  for (RequestRecord const& request : record.requests) {
    if (workload && request.workload != *workload) continue;
    ++result.submitted;
    ++result.outcomes[static_cast<std::size_t>(request.outcome)];
    if (!is_counted(request, workload)) continue;
    totals.add(request, scenario.workloads[request.workload].objective);
    result.prompt_tokens += request.prompt_tokens;
    result.output_tokens += request.output_tokens;
  }
  result.counted = totals.counted;
  if (totals.counted == 0) return result;
  auto const latency_s = [](RequestRecord const& request) { return std::optional(request.end_s - request.arrival_s); };
  result.latency_s = summary_of(record, workload, totals.counted, latency_s, &result.latency_mean_interval_s);
  result.ttft_s = summary_of(record, workload, totals.first_tokens, time_to_first_token_s);
  result.tpot_s = summary_of(record, workload, totals.per_token, time_per_token_s);
  double const count = static_cast<double>(result.counted);
  double const span_s = totals.last_end_s - totals.first_end_s;
  if (span_s > 0) {
    result.throughput_per_s = (count - 1) / span_s;
    if (result.output_tokens > 0) {
      double const tokens_per_request = static_cast<double>(result.output_tokens) / count;
      result.output_tokens_per_s = *result.throughput_per_s * tokens_per_request;
    }
  }
  if (totals.with_objective > 0) {
    result.objective_met = static_cast<double>(totals.kept) / static_cast<double>(totals.with_objective);
    // Where some workloads have an objective and others none, the share is of those that have one.
    if (result.throughput_per_s) {
      double const share = static_cast<double>(totals.with_objective) / count;
      result.goodput_per_s = *result.throughput_per_s * share * *result.objective_met;
    }
  }
  for (std::size_t part = 0; part < totals.parts_s.size(); ++part) {
    result.mean_parts_s[part] = totals.parts_s[part].value() / count;
  }
  return result;
}

}  // namespace coinfer
