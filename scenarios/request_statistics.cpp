#include "scenarios/request_statistics.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace coinfer {

namespace {

/// The times of the counted requests, one after the other.
struct Samples {
  std::vector<double> latencies;
  std::vector<double> first_tokens;
  std::vector<double> per_token;
  std::array<std::vector<double>, part_names.size()> parts;
  std::uint64_t with_objective = 0;
  std::uint64_t kept = 0;
  double first_end_s = 0;
  double last_end_s = 0;

  void add(RequestRecord const& request, ServiceObjective const& objective) {
    first_end_s = latencies.empty() ? request.end_s : std::min(first_end_s, request.end_s);
    last_end_s = std::max(last_end_s, request.end_s);
    latencies.push_back(request.end_s - request.arrival_s);
    if (auto const time_s = time_to_first_token_s(request)) first_tokens.push_back(*time_s);
    if (auto const time_s = time_per_token_s(request)) per_token.push_back(*time_s);
    for (std::size_t part = 0; part < parts.size(); ++part) parts[part].push_back(request.parts_s[part]);
    if (!objective.given()) return;
    ++with_objective;
    if (keeps_objective(request, objective)) ++kept;
  }
};

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
  Samples samples;
  for (RequestRecord const& request : record.requests) {
    if (workload && request.workload != *workload) continue;
    ++result.submitted;
    ++result.outcomes[static_cast<std::size_t>(request.outcome)];
    if (request.outcome != Outcome::completed || request.warm_up) continue;
    samples.add(request, scenario.workloads[request.workload].objective);
    result.prompt_tokens += request.prompt_tokens;
    result.output_tokens += request.output_tokens;
  }
  result.counted = samples.latencies.size();
  if (samples.latencies.empty()) return result;
  result.latency_mean_interval_s = batch_means_interval(samples.latencies);
  result.latency_s = summarise(samples.latencies);
  result.ttft_s = summarise(samples.first_tokens);
  result.tpot_s = summarise(samples.per_token);
  double const count = static_cast<double>(result.counted);
  double const span_s = samples.last_end_s - samples.first_end_s;
  if (span_s > 0) {
    result.throughput_per_s = (count - 1) / span_s;
    if (result.output_tokens > 0) {
      double const tokens_per_request = static_cast<double>(result.output_tokens) / count;
      result.output_tokens_per_s = *result.throughput_per_s * tokens_per_request;
    }
  }
  if (samples.with_objective > 0) {
    result.objective_met = static_cast<double>(samples.kept) / static_cast<double>(samples.with_objective);
    // Where some workloads have an objective and others none, the share is of those that have one.
    if (result.throughput_per_s) {
      double const share = static_cast<double>(samples.with_objective) / count;
      result.goodput_per_s = *result.throughput_per_s * share * *result.objective_met;
    }
  }
  for (std::size_t part = 0; part < samples.parts.size(); ++part) {
    result.mean_parts_s[part] = exact_sum(samples.parts[part]) / count;
  }
  return result;
}

}  // namespace coinfer
