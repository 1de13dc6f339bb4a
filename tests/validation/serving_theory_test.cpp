// A server of a token model against queueing theory, through whole scenarios: requests of one prompt length and one token
// of output, one sequence per iteration and Poisson arrivals are an M/D/1 queue. Its service time is one row of a table of
// iteration times. Each wait equals Lindley's recursion on the same arrivals, and the closed form lies in the 99.9 %
// interval of 30 runs with seeds fixed beforehand, which shuts it out once an iteration is 1 % shorter.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"

namespace coinfer {
namespace {

double constexpr arrivals_per_s = 70;
double constexpr service_s = 0.01;

std::string scenario_text(std::string const& iteration_us) {
  return R"(name: "m_d_1"
devices { name: "client" use: "apple_m1" domain: "user" }
devices { name: "machine" use: "rtx_4090" domain: "cloud operator" }
links { name: "loopback" from: "client" to: "machine" up_mbit_per_s: 1e9 latency_ms: 0 domain: "network" }
servers {
  on: "machine.gpu" continuous { max_sequences: 1 }
  step_tables { name: "one row" model: "llama_3_1_8b"
    tables { name: "all" axes { column: "tokens" quantity: TOKENS } csv: "tokens,time_us\n100,)" +
         iteration_us + R"(\n" } }
}
workloads {
  name: "w" model: "llama_3_1_8b" source: "client" protocol: "cloud_only" return_result: false
  arrivals { poisson { rate_per_s: 70 } } tokens { prompt { constant: 100 } output { constant: 1 } }
  placement { stages { on: "machine.gpu" } }
}
stop { requests: 30000 warm_up_requests: 1000 }
)";
}

Results simulate_text(Catalog const& catalog, std::string const& text, std::uint64_t seed) {
  Diagnostics diagnostics;
  LoadOptions options;
  options.seed = seed;
  auto const scenario = load_scenario_text("theory.textproto", text, options, catalog, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(scenario.has_value());
  return run(*scenario);
}

Results simulate(Catalog const& catalog, std::string const& iteration_us, std::uint64_t seed) {
  return simulate_text(catalog, scenario_text(iteration_us), seed);
}

struct Estimate {
  double mean = 0;
  double half_width = 0;
};

/// The mean wait over 30 seeds, with Student's 99.9 % interval.
Estimate mean_wait(Catalog const& catalog, std::string const& iteration_us, double iteration_s) {
  std::vector<double> means;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    means.push_back(simulate(catalog, iteration_us, seed).all.latency_s->mean - iteration_s);
  }
  Estimate estimate;
  for (double const mean : means) estimate.mean += mean / 30;
  double squares = 0;
  for (double const mean : means) squares += (mean - estimate.mean) * (mean - estimate.mean);
  double constexpr student_t = 3.6594;  // 0.9995 quantile, 29 degrees of freedom
  estimate.half_width = student_t * std::sqrt(squares / 29 / 30);
  return estimate;
}

}  // namespace

TEST_CASE("A server of one sequence at a time answers one-token requests as Lindley's recursion says") {
  Catalog const catalog(std::nullopt);
  Results const results = simulate(catalog, "10000", 1);
  double free_s = 0;
  double worst_s = 0;
  for (RequestRecord const& request : results.record.requests) {
    REQUIRE(request.outcome == Outcome::completed);
    free_s = std::max(free_s, request.arrival_s) + service_s;
    worst_s = std::max(worst_s, std::abs(request.end_s - free_s));
  }
  CHECK(worst_s < 1e-9 * results.record.end_s);
  CHECK(results.servers.front().record.iterations == results.record.requests.size());
  CHECK(results.servers.front().record.largest_batch == 1);
  CHECK(results.servers.front().record.extrapolated == 0);
}

TEST_CASE("A server of one sequence at a time under Poisson arrivals of one-token requests is M/D/1") {
  Catalog const catalog(std::nullopt);
  double constexpr load = arrivals_per_s * service_s;
  double constexpr closed_form_s = load * service_s / (2 * (1 - load));
  Estimate const found = mean_wait(catalog, "10000", service_s);
  Estimate const planted = mean_wait(catalog, "9900", 0.99 * service_s);
  std::printf("theory: served M/D/1 at load 0.7: wait %.4f ms, found %.4f +- %.4f ms; 1 %% planted %.4f +- %.4f ms\n",
              1e3 * closed_form_s, 1e3 * found.mean, 1e3 * found.half_width, 1e3 * planted.mean, 1e3 * planted.half_width);
  CHECK(std::abs(found.mean - closed_form_s) < found.half_width);
  CHECK(std::abs(planted.mean - closed_form_s) > planted.half_width);
}

TEST_CASE("A server that only opens holds a prompt no longer than its opening takes") {
  // Its cache has no room for two prompts of 63 blocks each; an answer takes some seven seconds elsewhere, and prompts come
  // every second.
  Catalog const catalog(std::nullopt);
  std::string const text = R"(name: "disaggregated"
devices { name: "client" use: "apple_m1" domain: "user" }
devices { name: "opening" use: "h100_sxm_80" domain: "cloud operator" }
devices { name: "stepping" use: "h100_sxm_80" domain: "cloud operator" }
links { name: "access" from: "client" to: "opening" up_mbit_per_s: 1000 latency_ms: 10 domain: "network" }
links { name: "fabric" from: "opening" to: "stepping" up_mbit_per_s: 400000 latency_ms: 0.01 domain: "cloud operator" }
servers { on: "opening.gpu" kv_capacity_tokens: 2000 }
servers { on: "stepping.gpu" prefill_on: "opening.gpu" }
workloads {
  name: "w" model: "llama_3_8b" source: "client" protocol: "cloud_only" arrivals { fixed_rate { rate_per_s: 1 } }
  tokens { prompt { constant: 1000 } output { constant: 1000 } } placement { stages { on: "stepping.gpu" } }
}
stop { requests: 20 }
)";
  Results const results = simulate_text(catalog, text, 1);
  CHECK(results.all.latency_s->mean > 5);
  CHECK(results.all.ttft_s->max < 0.1);
  CHECK(results.all.ttft_s->max == Approx(results.all.ttft_s->p50).epsilon(1e-6));
}

}  // namespace coinfer
