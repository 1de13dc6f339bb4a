// Laws 1, 2, 3 and 13: what becomes of requests, and when.
#include <cmath>

#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

/// Submitted requests and outcomes of one result, recounted from the requests themselves.
void check_counts(WorkloadResult const& result, RequestLog const& requests,
                  std::function<bool(RequestRecord const&)> const& belongs) {
  std::array<std::uint64_t, outcome_count> outcomes{};
  std::uint64_t submitted = 0;
  std::uint64_t counted = 0;
  for (RequestRecord const& request : requests) {
    if (!belongs(request)) continue;
    ++submitted;
    ++outcomes[static_cast<std::size_t>(request.outcome)];
    if (request.outcome == Outcome::completed && !request.warm_up) ++counted;
  }
  CHECK(result.submitted == submitted);
  CHECK(result.outcomes == outcomes);
  CHECK(result.counted == counted);
}

}  // namespace

TEST_CASE("Law 1: every request ends in exactly one outcome, and the counts add up") {
  std::uint64_t completed = 0;
  std::uint64_t unfinished = 0;
  for_each_sample([&](Sample const& sample) {
    RequestLog const& requests = sample.results.record.requests;
    check_counts(sample.results.all, requests, [](RequestRecord const&) { return true; });
    std::uint64_t submitted = 0;
    for (std::uint32_t w = 0; w < sample.results.workloads.size(); ++w) {
      check_counts(sample.results.workloads[w], requests, [w](RequestRecord const& r) { return r.workload == w; });
      submitted += sample.results.workloads[w].submitted;
    }
    CHECK(submitted == requests.size());
    Stop const& stop = sample.scenario.stop;
    if (stop.requests) CHECK(requests.size() <= *stop.requests);
    for (RequestRecord const& request : requests) {
      // Nothing else can become of a request yet, and a drained run leaves none behind.
      bool const finished = request.outcome == Outcome::completed;
      REQUIRE((finished || request.outcome == Outcome::unfinished));
      REQUIRE((finished || stop.cut));
      REQUIRE(finished == (request.end_s >= 0));
      (finished ? completed : unfinished) += 1;
    }
  });
  CHECK(completed > 1000);
  CHECK(unfinished > 100);
}

TEST_CASE("Law 2: arrival, start and end of a request follow one another, and the first token comes between the last two") {
  std::uint64_t with_tokens = 0;
  for_each_sample([&](Sample const& sample) {
    for (RequestRecord const& request : sample.results.record.requests) {
      if (request.end_s >= 0) {
        REQUIRE(request.start_s >= request.arrival_s);
        REQUIRE(request.end_s >= request.start_s);
        REQUIRE((request.first_token_s >= 0) == (request.prompt_tokens > 0));
      } else if (request.start_s >= 0) {
        REQUIRE(request.start_s >= request.arrival_s);
        REQUIRE(request.start_s <= sample.results.record.end_s);
      }
      if (request.first_token_s < 0) continue;
      ++with_tokens;
      REQUIRE(request.start_s >= 0);
      REQUIRE(request.first_token_s >= request.start_s);
      REQUIRE(request.first_token_s <= (request.end_s >= 0 ? request.end_s : sample.results.record.end_s));
    }
  });
  CHECK(with_tokens > 1000);
}

TEST_CASE("Law 3: the clock never goes back, and the run ends with its last request") {
  for_each_sample([](Sample const& sample) {
    RunRecord const& record = sample.results.record;
    Stop const& stop = sample.scenario.stop;
    double before_s = 0;
    double last_end_s = 0;
    for (RequestRecord const& request : record.requests) {
      REQUIRE(request.arrival_s >= before_s);
      REQUIRE(request.arrival_s <= record.end_s);
      REQUIRE(request.end_s <= record.end_s);
      if (stop.duration) REQUIRE(request.arrival_s <= stop.duration->value());
      before_s = request.arrival_s;
      last_end_s = std::max(last_end_s, request.end_s);
    }
    if (!record.requests.empty()) CHECK(record.last_arrival_s == before_s);
    // A run that a duration bounds is observed for that long, unless a number of requests ends it before.
    bool const counted_out = stop.requests && record.requests.size() >= *stop.requests;
    double const observed_s = stop.duration && !counted_out ? stop.duration->value() : 0.0;
    if (!stop.cut) CHECK(record.end_s == std::max(last_end_s, observed_s));
    if (stop.cut && stop.duration) CHECK(record.end_s <= stop.duration->value());
    if (stop.cut && !stop.duration && !record.requests.empty()) CHECK(record.end_s == before_s);
  });
}

TEST_CASE("Law 13: the attribution of a request partitions its latency") {
  std::array<std::uint64_t, part_names.size()> above_zero{};
  for_each_sample([&](Sample const& sample) {
    for (RequestRecord const& request : sample.results.record.requests) {
      if (request.outcome != Outcome::completed) continue;
      double const latency_s = request.end_s - request.arrival_s;
      // Each boundary between parts is one reading of the clock, rounded once.
      double const rounding_s = 16 * ulp(request.end_s);
      double sum_s = 0;
      for (std::size_t part = 0; part < part_names.size(); ++part) {
        INFO(part_names[part].column);
        REQUIRE(request.parts_s[part] >= -rounding_s);
        above_zero[part] += request.parts_s[part] > rounding_s ? 1 : 0;
        sum_s += request.parts_s[part];
      }
      REQUIRE(std::abs(sum_s - latency_s) <= 1e-9 * latency_s + rounding_s);
    }
  });
  for (Part const part : {queue_part, compute_part, interference_part, enclave_part, crossing_part, paging_part,
                          attestation_part, protect_part, crypto_part, serialise_part, wire_part, propagation_part}) {
    auto const place =
        std::find_if(part_names.begin(), part_names.end(), [part](PartName name) { return name.part == part; });
    INFO(place->column);
    CHECK(above_zero[static_cast<std::size_t>(place - part_names.begin())] > 30);
  }
}

}  // namespace coinfer::laws
