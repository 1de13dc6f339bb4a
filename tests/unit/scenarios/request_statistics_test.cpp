#include "scenarios/request_statistics.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

/// A completed request whose first token came `first_s` after its arrival and whose last `last_s` after it.
RequestRecord answered(double first_s, double last_s, std::uint32_t tokens, std::uint32_t workload = 0) {
  RequestRecord request;
  request.arrival_s = request.start_s = 10;
  request.first_token_s = 10 + first_s;
  request.end_s = 10 + last_s;
  request.prompt_tokens = 5;
  request.output_tokens = tokens;
  request.workload = workload;
  request.outcome = Outcome::completed;
  return request;
}

RunRecord record_of(std::vector<RequestRecord> requests) {
  RunRecord record;
  record.requests = RequestLog(requests);
  return record;
}

Scenario with_objective(ServiceObjective objective) {
  Scenario scenario = scenario_of(phone_and_cloud());
  scenario.workloads[0].objective = objective;
  return scenario;
}

double met(ServiceObjective objective, std::vector<RequestRecord> requests) {
  return request_statistics(with_objective(objective), record_of(std::move(requests)), 0).objective_met.value();
}

}  // namespace

TEST_CASE("The time to the first token runs from the arrival, the time per token over the gaps after the first") {
  RequestRecord const request = answered(0.5, 3.5, 4);
  CHECK(time_to_first_token_s(request) == 0.5);
  CHECK(time_per_token_s(request) == 1.0);
  CHECK(time_to_first_token_s(answered(0.5, 0.5, 1)) == 0.5);
  CHECK_FALSE(time_per_token_s(answered(0.5, 0.5, 1)).has_value());
}

TEST_CASE("Requests without tokens have no token times, unfinished ones no time per token") {
  CHECK_FALSE(time_to_first_token_s(answered(0.5, 3.5, 0)).has_value());
  RequestRecord cut = answered(0.5, 3.5, 4);
  cut.outcome = Outcome::unfinished;
  cut.end_s = -1;
  CHECK(time_to_first_token_s(cut) == 0.5);
  CHECK_FALSE(time_per_token_s(cut).has_value());
  cut.first_token_s = -1;
  CHECK_FALSE(time_to_first_token_s(cut).has_value());
}

TEST_CASE("Token statistics are over the counted requests that have them") {
  std::vector<RequestRecord> requests = {answered(1, 4, 4), answered(2, 8, 4), answered(3, 3, 1), answered(9, 99, 4)};
  requests[3].warm_up = true;
  WorkloadResult const result = request_statistics(scenario_of(phone_and_cloud()), record_of(requests), 0);
  CHECK(result.counted == 3);
  CHECK(result.ttft_s.value().mean == 2);
  CHECK(result.ttft_s.value().max == 3);
  CHECK(result.tpot_s.value().mean == 1.5);
  CHECK(result.prompt_tokens == 15);
  CHECK(result.output_tokens == 9);
  // Two gaps in the 5 s from the first end to the last, three tokens a request.
  CHECK(result.throughput_per_s == 2.0 / 5);
  CHECK(result.output_tokens_per_s.value() == Approx(3 * 2.0 / 5));
}

TEST_CASE("A request keeps an objective if it keeps every part that applies, the limit included") {
  ServiceObjective const all = {Seconds(1), Seconds(0.5), Seconds(4)};
  CHECK(met(all, {answered(1, 2.5, 4)}) == 1);
  CHECK(met(all, {answered(1.001, 2.5, 4)}) == 0);
  CHECK(met(all, {answered(1, 2.6, 4)}) == 0);
  CHECK(met(all, {answered(1, 4.5, 8)}) == 0);
  CHECK(met(all, {answered(1, 3.9, 1)}) == 1);
  CHECK(met({std::nullopt, std::nullopt, Seconds(4)}, {answered(9, 9, 1), answered(3, 4, 2)}) == 0.5);
}

TEST_CASE("Goodput is the kept share of the throughput, and only of workloads with an objective") {
  Scenario scenario = with_objective({Seconds(1), std::nullopt, std::nullopt});
  scenario.workloads.push_back(scenario.workloads[0]);
  scenario.workloads[1].objective = {};
  std::vector<RequestRecord> const requests = {answered(1, 2, 2, 0), answered(2, 3, 2, 0), answered(1, 4, 2, 1),
                                               answered(1, 5, 2, 1)};
  WorkloadResult const first = request_statistics(scenario, record_of(requests), 0);
  CHECK(first.objective_met == 0.5);
  CHECK(first.goodput_per_s == 0.5);  // of one request per second
  WorkloadResult const second = request_statistics(scenario, record_of(requests), 1);
  CHECK_FALSE(second.objective_met.has_value());
  CHECK_FALSE(second.goodput_per_s.has_value());
  // Of all four requests in three gaps over 3 s, half have an objective, and half of those keep it.
  WorkloadResult const all = request_statistics(scenario, record_of(requests), std::nullopt);
  CHECK(all.objective_met == 0.5);
  CHECK(all.goodput_per_s.value() == Approx(0.25));
}

}  // namespace coinfer
