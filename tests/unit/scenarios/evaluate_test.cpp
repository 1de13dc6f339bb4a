#include "scenarios/evaluate.hpp"
#include "sim/base/random.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

RequestRecord completed(double arrival_s, double end_s, std::uint32_t workload = 0) {
  RequestRecord request;
  request.arrival_s = request.start_s = arrival_s;
  request.end_s = end_s;
  request.workload = workload;
  request.outcome = Outcome::completed;
  request.parts_s[1] = end_s - arrival_s;  // compute
  return request;
}

/// A record that fits `phone_and_cloud` with as many workloads as given.
/// A record is moved, not copied: it may have a file.
RunRecord copy_of(RunRecord const& record) { return unpack(pack(record)); }

RunRecord record_of(std::vector<RequestRecord> requests, std::size_t workloads = 1) {
  RunRecord record;
  record.requests = RequestLog(requests);
  record.processors.resize(2);
  record.pipes.resize(2);
  record.task_starts.assign(workloads, {{1, 2, 3, 4}});
  // Four runs, of which three, two and one were cut before their first, second and third task.
  ShownCounts shown{{{{4, 0, 4}}}, {}};
  for (std::uint32_t task : {0, 0, 0, 1, 1, 2}) shown.unstarted.push_back({0, task, 0, true});
  record.shown.assign(workloads, shown);
  for (RequestRecord const& request : record.requests) {
    record.end_s = std::max(record.end_s, request.end_s);
    record.last_arrival_s = request.arrival_s;
  }
  return record;
}

}  // namespace

TEST_CASE("Statistics are over completed requests outside the warm-up, counts over all") {
  std::vector<RequestRecord> requests = {completed(0, 100), completed(10, 11), completed(11, 13), completed(12, 15)};
  requests[0].warm_up = true;
  requests.push_back(completed(14, -1));
  requests.back().outcome = Outcome::unfinished;
  Results const results = evaluate(scenario_of(phone_and_cloud()), record_of(requests));
  CHECK(results.all.submitted == 5);
  CHECK(results.all.outcomes == std::array<std::uint64_t, outcome_count>{4, 0, 0, 0, 1});
  CHECK(results.all.counted == 3);
  REQUIRE(results.all.latency_s.has_value());
  CHECK(results.all.latency_s->mean == 2);
  CHECK(results.all.latency_s->p50 == 2);
  CHECK(results.all.latency_s->max == 3);
  CHECK(results.all.mean_parts_s[1] == 2);
  CHECK(results.all.throughput_per_s == 2.0 / (15 - 11));
  CHECK_FALSE(results.all.latency_mean_interval_s.has_value());
}

TEST_CASE("Without a counted request there are no statistics, and none is zero") {
  Results const results = evaluate(scenario_of(phone_and_cloud()), record_of({}));
  CHECK(results.all.submitted == 0);
  CHECK_FALSE(results.all.latency_s.has_value());
  CHECK_FALSE(results.all.throughput_per_s.has_value());
  CHECK(results.saturation == std::nullopt);
  CHECK(results.bottleneck.empty());
}

TEST_CASE("Each workload has statistics of its own requests") {
  Scenario const scenario = scenario_of("name: \"s\"\n" + device("phone") + device("cloud") +
                                        link("access", "phone", "cloud") + workload("short", "phone", split + each_5_s) +
                                        workload("long", "phone", split + each_5_s) + "stop { requests: 3 }\n");
  Results const results = evaluate(scenario, record_of({completed(0, 1, 0), completed(0, 5, 1), completed(2, 3, 0)}, 2));
  REQUIRE(results.workloads.size() == 2);
  CHECK(results.workloads[0].name == "short");
  CHECK(results.workloads[0].counted == 2);
  CHECK(results.workloads[0].latency_s->max == 1);
  CHECK(results.workloads[1].latency_s->mean == 5);
  CHECK(results.all.counted == 3);
}

TEST_CASE("Exposures count the starts of the tasks that show them, warm-up included") {
  Results const results = evaluate(scenario_of(phone_and_cloud()), record_of({completed(0, 1)}));
  // Tasks: edge compute, transfer up, cloud compute, transfer down, started 1, 2, 3 and 4 times.
  REQUIRE(results.exposures.size() == 4);
  CHECK(results.exposures[0].place == "link:access");
  CHECK(results.exposures[0].tensor == "a");
  CHECK(results.exposures[0].count == 2);
  CHECK(results.exposures[1].place == "device:cloud");
  CHECK(results.exposures[1].count == 2);
  CHECK(results.exposures[2].tensor == "output");
  CHECK(results.exposures[2].count == 3);
  CHECK(results.exposures[3].place == "link:access");
  CHECK(results.exposures[3].count == 4);
}

TEST_CASE("A resource asked for more than it can do while requests come means OVERLOADED, and is the bottleneck") {
  std::vector<RequestRecord> forty(39, completed(0, 1));
  forty.push_back(completed(10, 11));
  RunRecord record = record_of(forty);
  record.processors[1].offered = 10.5;
  Results const over = evaluate(scenario_of(phone_and_cloud()), copy_of(record));
  CHECK(over.saturation == Saturation::overloaded);
  CHECK(over.bottleneck == "cloud.cpu");
  record.processors[1].offered = 9.5;
  CHECK(evaluate(scenario_of(phone_and_cloud()), copy_of(record)).saturation == Saturation::stable);
}

TEST_CASE("Too few requests say nothing about the load, and users who wait for their answers saturate") {
  RunRecord few = record_of(std::vector<RequestRecord>(39, completed(1, 2)));
  few.processors[1].offered = 10.5;
  CHECK(evaluate(scenario_of(phone_and_cloud()), copy_of(few)).saturation == std::nullopt);
  std::vector<RequestRecord> forty(39, completed(0, 1));
  forty.push_back(completed(10, 11));
  RunRecord many = record_of(forty);
  many.processors[1].offered = 10.5;
  CHECK(evaluate(scenario_of(phone_and_cloud()), copy_of(many)).saturation == Saturation::overloaded);
  Scenario waiting = scenario_of(phone_and_cloud());
  waiting.workloads[0].arrivals = ClosedLoop{};
  CHECK(evaluate(waiting, copy_of(many)).saturation == Saturation::saturated);
}

TEST_CASE("Latency that more than doubles from the second quarter to the last means BACKLOGGED, from 40 requests on") {
  auto const verdict = [](std::size_t requests, double late_s) {
    std::vector<RequestRecord> list;
    for (std::size_t i = 0; i < requests; ++i) {
      double const arrival_s = static_cast<double>(i);
      list.push_back(completed(arrival_s, arrival_s + (i >= requests - requests / 4 ? late_s : 1)));
    }
    return evaluate(scenario_of(phone_and_cloud()), record_of(list)).saturation;
  };
  CHECK(verdict(40, 2.5) == Saturation::backlogged);
  CHECK(verdict(40, 1.5) == Saturation::stable);
  CHECK(verdict(39, 2.5) == std::nullopt);
}

TEST_CASE("A queue that grows without end means BACKLOGGED however long the work itself takes, noise does not") {
  RandomStream random(1, "test.noise", 0);
  auto const verdict = [&](double work_s, double growth_s, double noise_s) {
    std::vector<RequestRecord> list;
    for (std::size_t i = 0; i < 400; ++i) {
      double const arrival_s = static_cast<double>(i);
      double const latency_s = work_s + growth_s * arrival_s / 400 + noise_s * random.uniform();
      list.push_back(completed(arrival_s, arrival_s + latency_s));
    }
    return evaluate(scenario_of(phone_and_cloud()), record_of(list)).saturation;
  };
  // The last quarter has 5 + 0.875 * 10, the second 5 + 0.375 * 10: 1.57 times as much.
  CHECK(verdict(5, 10, 0) == Saturation::backlogged);
  CHECK(verdict(5, 10, 5) == Saturation::backlogged);
  CHECK(verdict(5, 1, 0) == Saturation::stable);
  for (int i = 0; i < 200; ++i) CHECK(verdict(1, 0, 10) == Saturation::stable);
}

TEST_CASE("Verdicts have the words of the reports") {
  CHECK(to_string(Saturation::stable) == "STABLE");
  CHECK(to_string(Saturation::backlogged) == "BACKLOGGED");
  CHECK(to_string(Saturation::saturated) == "SATURATED");
  CHECK(to_string(Saturation::overloaded) == "OVERLOADED");
}

TEST_CASE("Every adversary gets a verdict on every workload, with a reason where nothing was measured") {
  Results const results =
      evaluate(scenario_of(phone_and_cloud("adversaries { name: \"eve\" domains: \"network\" knowledge: BLACK_BOX }\n"
                                           "adversaries { name: \"cloud\" domains: \"cloud owner\" knowledge: WHITE_BOX }\n"
                                           "stop { requests: 1 }\n")),
               record_of({completed(0, 1)}));
  REQUIRE(results.privacy.size() == 2);
  CHECK(results.privacy[0].adversary == "eve");
  CHECK(results.privacy[1].adversary == "cloud");
  for (PrivacyScore const& score : results.privacy) {
    CHECK_FALSE(score.value.has_value());
    CHECK_FALSE(score.reason.empty());
  }
}

}  // namespace coinfer
