// What `coinfer plan` answers.
#include <catch2/catch.hpp>

#include "scenarios/planner/find_plan.hpp"
#include "scenarios/planner/plan_report.hpp"
#include "scenarios/planner/simulated_choice.hpp"
#include "sim/base/errors.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {
namespace {

/// A slow phone and a cloud ten times as fast; 4,000 bytes go up in 14 ms. Layers a, b and c take 1 s each on the phone.
std::string phone_and_fast_cloud(std::string const& more = "", std::string const& workload_more = "") {
  std::string const layer = " op { linear { out_features: 1000 bias: false } } } }\n";
  return "name: \"s\"\n" + samples::device("phone", "count: 2") +
         "devices { name: \"cloud\" domain: \"cloud owner\" price_usd_per_hour: 3.6 processors { name: \"cpu\" kind: CPU "
         "rates { type: FP32 gflop_per_s: 0.02 } } }\n" +
         samples::link("access", "phone", "cloud") +
         "workloads { name: \"w\" source: \"phone\" model_inline { name: \"m\" input_shape: [1000]\n"
         " parts { layer { name: \"a\"" +
         layer + " parts { layer { name: \"b\"" + layer + " parts { layer { name: \"c\"" + layer +
         "} protocol: \"plain_split\" placement { stages { on: \"phone\" until: \"b\" } stages { on: \"cloud\" } }\n" +
         samples::each_5_s + workload_more + " }\n" + more + "stop { requests: 3 }\n";
}

PlanAnswer plan_of(std::string const& text, bool simulate = true, std::vector<std::string> assignments = {}) {
  PlanRequest request{"s.textproto", text, {}, "", {}, {}, simulate};
  request.load.assignments = std::move(assignments);
  return find_plan(request, samples::catalog());
}

std::vector<std::string> texts(PlanAnswer const& answer) {
  std::vector<std::string> found;
  for (PlanChoice const& choice : answer.choices) found.push_back(choice.text);
  return found;
}

std::string problem_of(std::string const& text) {
  try {
    plan_of(text, false);
  } catch (InputError const& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("All placements of a chain are ranked, the scenario's own among them, and run as their assignments say") {
  PlanAnswer const answer = plan_of(phone_and_fast_cloud());
  REQUIRE(answer.choices.size() == 4);
  CHECK(texts(answer) ==
        std::vector<std::string>{"cloud.cpu", "phone.cpu to a | cloud.cpu", "phone.cpu to b | cloud.cpu", "phone.cpu"});
  // Up 1,000 bytes of raw input, 10 ms + 1 ms; three layers of 0.1 s; 4,000 bytes down, 14 ms.
  CHECK(answer.choices[0].priced.latency_s() == Approx(0.011 + 0.3 + 0.014).epsilon(1e-12));
  CHECK(answer.choices[0].protocol == "cloud_only");
  CHECK(answer.choices[2].own);
  for (PlanChoice const& choice : answer.choices) {
    REQUIRE(choice.simulated.has_value());
    CHECK(choice.simulated->failure.empty());
    CHECK(*choice.simulated->latency_mean_s == Approx(choice.priced.latency_s()).epsilon(1e-9));
  }
  CHECK_FALSE(answer.reordered);
  CHECK(*answer.choices[0].priced.cost_usd == Approx(0.3 * 3.6 / 3600).epsilon(1e-12));
  std::string const csv = plan_csv(answer);
  CHECK(csv.find("choice,2,2,false,") != std::string::npos);
  CHECK(csv.find(
            "\"'workloads[w].placement={stages{on:\"\"phone.cpu\"\" until:\"\"a\"\"} stages{on:\"\"cloud.cpu\"\"}}'\"") !=
        std::string::npos);
}

TEST_CASE("Load changes the order: what is fastest alone is overloaded, and stands behind what keeps up") {
  // Two requests a second: the cloud takes 3.3 a second of whole models, so does the link; six phones share one cloud.
  std::string const text = phone_and_fast_cloud();
  PlanAnswer const answer = plan_of(
      text, true, {"devices[phone].count=200", "workloads[w].arrivals={poisson{rate_per_s:4}}", "stop.requests=2000"});
  CHECK(answer.reordered);
  CHECK(answer.choices.front().text == "phone.cpu to a | cloud.cpu");
  CHECK(answer.choices.front().rank == 2);
  CHECK(answer.choices.back().text == "cloud.cpu");
  CHECK(answer.choices.back().simulated->load == Saturation::overloaded);
  CHECK(plan_text(answer).find("OVERLOADED") != std::string::npos);
}

TEST_CASE("What keeps up with the requests that come is simulated before what overloads, and keeps its closed-form rank") {
  std::vector<std::string> load = {"devices[phone].count=200", "workloads[w].arrivals={poisson{rate_per_s:4}}",
                                   "stop.requests=200", "plan.top=1"};
  // All on the cloud is fastest alone and takes 3.3 a second; with a layer at home the cloud takes 5.
  PlanAnswer const answer = plan_of(phone_and_fast_cloud(), true, load);
  REQUIRE(answer.choices.size() == 2);
  CHECK(answer.choices.front().text == "phone.cpu to a | cloud.cpu");
  CHECK(answer.choices.front().rank == 2);
  CHECK(answer.choices.back().own);
  CHECK_FALSE(answer.all_overload());
  load.back() = "plan.top=2";
  load[1] = "workloads[w].arrivals={poisson{rate_per_s:3}}";
  // At 3 a second everything keeps up: the two fastest.
  PlanAnswer const slower = plan_of(phone_and_fast_cloud(), true, load);
  CHECK(slower.choices.size() == 3);
  CHECK(std::any_of(slower.choices.begin(), slower.choices.end(), [](auto const& c) { return c.rank == 1; }));
}

TEST_CASE("Members of the Pareto front are simulated before what they beat, in the order of the closed form") {
  PlanRequest request{"s.textproto", phone_and_fast_cloud(), {}, "", {}, {}, true};
  request.load.assignments = {"devices[phone].count=200"};
  PlanSetting const setting = load_plan_setting(request, samples::catalog());
  std::vector<PlanChoice> const ranked = find_closed_form_plan(setting, false).choices;
  REQUIRE(ranked.size() == 4);
  std::vector<PlanChoice> const front = {ranked[3]};
  auto const chosen = [&](std::size_t most) {
    std::vector<std::size_t> ranks;
    for (PlanChoice const& choice : choices_to_simulate(setting, ranked, front, most)) ranks.push_back(*choice.rank);
    return ranks;
  };
  CHECK(chosen(1) == std::vector<std::size_t>{4});
  CHECK(chosen(2) == std::vector<std::size_t>{1, 4});
  CHECK(chosen(3) == std::vector<std::size_t>{1, 2, 4});
}

TEST_CASE("Where all that was simulated is overloaded the answer says so") {
  PlanAnswer const answer =
      plan_of(phone_and_fast_cloud(), true, {"workloads[w].arrivals={poisson{rate_per_s:100}}", "stop.requests=2000"});
  CHECK(answer.all_overload());
  CHECK(plan_text(answer).find("All of these are overloaded: 100 requests come a second.") != std::string::npos);
}

TEST_CASE("Without simulation bounds on percentiles are unknown, not kept") {
  std::string const text = phone_and_fast_cloud("plan { constraints { latency_p95_ms: 50 latency_p99_ms: 60 } }\n");
  PlanAnswer const answer = plan_of(text, false);
  CHECK(answer.unchecked == std::vector<std::string>{"latency_p95_ms at most 50", "latency_p99_ms at most 60"});
  CHECK(plan_text(answer).find("Not checked: latency_p95_ms at most 50, latency_p99_ms at most 60.") != std::string::npos);
  CHECK(plan_of(text).unchecked.empty());
}

TEST_CASE("A machine without a price makes money unknown, and unknown is never cheapest") {
  std::string const text = phone_and_fast_cloud("plan { objective: MONEY }\n");
  PlanAnswer const answer = plan_of(text);
  // Only the cloud has a price: 0.3 s at 3.6 USD an hour.
  CHECK(answer.choices[0].text == "cloud.cpu");
  CHECK(*answer.choices[0].priced.cost_usd == Approx(0.3 * 3.6 / 3600).epsilon(1e-12));
  CHECK(answer.choices[0].simulated->cost_usd.has_value());
  for (std::size_t i = 1; i < answer.choices.size(); ++i) {
    CHECK_FALSE(answer.choices[i].priced.cost_usd.has_value());
    CHECK_FALSE(answer.choices[i].simulated->cost_usd.has_value());
  }
  CHECK(plan_text(answer).find("money is unknown where a placement uses what has no price: 'phone'") != std::string::npos);
  CHECK(plan_text(answer).find("without the rent of idle ones") != std::string::npos);
  std::string const pinned =
      phone_and_fast_cloud("plan { objective: MONEY constraints { pins { layers: \"a\" on: \"phone\" } } }\n");
  CHECK_THROWS_WITH(plan_of(pinned, false), Catch::Contains("the money of every placement found is unknown"));
}

TEST_CASE("Memory that is unknown is told of the machines in use alone") {
  PlanAnswer const answer = plan_of(phone_and_fast_cloud(), false, {"devices[cloud].memory_gib=16"});
  CHECK(std::count(answer.notes.begin(), answer.notes.end(),
                   "memory of 'phone' is unknown: whether the model fits is not checked") == 1);
  CHECK(plan_text(answer).find("memory of 'cloud'") == std::string::npos);
}

TEST_CASE("The best of a bound is the best known where some placements have no figure") {
  PlanAnswer const answer = plan_of(phone_and_fast_cloud("plan { constraints { cost_usd: 0.0001 } }\n"), false);
  REQUIRE(answer.best_of_bounds.size() == 1);
  CHECK(answer.best_of_bounds[0].unknown == std::vector<std::string>{"'phone.cpu'"});
  CHECK(plan_text(answer).find("the best known is 0.0003 USD; placements that use 'phone.cpu' have no figure") !=
        std::string::npos);
}

TEST_CASE("Pins hold, and the objective throughput counts the members of fleets") {
  PlanAnswer const pinned =
      plan_of(phone_and_fast_cloud("plan { constraints { pins { layers: \"a..b\" on: \"phone\" } } }\n"), false);
  CHECK(texts(pinned) == std::vector<std::string>{"phone.cpu to b | cloud.cpu", "phone.cpu"});
  PlanAnswer const never =
      plan_of(phone_and_fast_cloud("plan { constraints { pins { layers: \"c\" never_on: \"cloud.cpu\" } } }\n"), false);
  CHECK(never.choices.front().text == "phone.cpu");
  // Phones take 2 / 1 s of one layer, the cloud 1 / 0.1 s: all on the cloud 3.33 a second, one layer at home 2.
  PlanAnswer const rate = plan_of(phone_and_fast_cloud("plan { objective: THROUGHPUT }\n"), false);
  CHECK(rate.choices[0].text == "cloud.cpu");
  CHECK(rate.choices[0].priced.throughput_per_s() == Approx(1 / 0.3).epsilon(1e-12));
  CHECK(rate.choices[1].priced.throughput_per_s() == Approx(2).epsilon(1e-12));
  CHECK(rate.choices[1].priced.bottleneck == "phone.cpu");
}

TEST_CASE("Where nothing is possible the smallest sets of bounds that bind are named, and the best of each bound") {
  PlanAnswer const answer = plan_of(phone_and_fast_cloud("plan { constraints { latency_ms: 500 bytes: 0 } }\n"), false);
  CHECK_FALSE(answer.feasible());
  CHECK(answer.conflicts == std::vector<std::vector<std::string>>{{"latency_ms at most 500"}, {"bytes at most 0"}});
  REQUIRE(answer.best_of_bounds.size() == 2);
  CHECK(answer.best_of_bounds[0].best == "325 ms");
  CHECK(answer.best_of_bounds[1].best == "0");
  CHECK(plan_text(answer).find("possible without: bytes at most 0") != std::string::npos);
}

TEST_CASE("Percentiles are decided by the run: what misses one stands behind what keeps it") {
  std::vector<std::string> const load = {"devices[phone].count=200", "workloads[w].arrivals={poisson{rate_per_s:2.9}}",
                                         "stop.requests=2000"};
  // At 2.9 of 3.3 a second the queue at the cloud makes the fastest slow; with a layer at home two thirds of it are left.
  std::string const bound = "plan { constraints { latency_p95_ms: 2000 } }\n";
  PlanAnswer const answer = plan_of(phone_and_fast_cloud(bound), true, load);
  CHECK(answer.choices.front().rank == 2);
  CHECK(answer.choices.front().simulated->misses.empty());
  CHECK_FALSE(answer.none_keeps_under_load());
  auto const cloud = std::find_if(answer.choices.begin(), answer.choices.end(), [](auto const& c) { return c.rank == 1; });
  CHECK(cloud->simulated->misses == std::vector<std::string>{"latency_p95_ms at most 2000"});
  PlanAnswer const tight = plan_of(phone_and_fast_cloud("plan { constraints { latency_p99_ms: 100 } }\n"), true, load);
  CHECK(tight.none_keeps_under_load());
  CHECK(plan_text(tight).find("None of these keeps every bound") != std::string::npos);
}

TEST_CASE("Enclaves are tiers, and of a protocol that needs one only they are") {
  std::string const sgx =
      "devices { name: \"cloud\" domain: \"cloud owner\" aes_gcm_gbit_per_s: 8 processors { name: \"cpu\" kind: CPU rates "
      "{ "
      "type: FP32 gflop_per_s: 0.02 } } enclaves { name: \"tee\" on: \"cpu\" compute_slowdown: 2 memory_slowdown: 2 } }\n";
  std::string const text =
      "name: \"s\"\n" + samples::device("phone", "aes_gcm_gbit_per_s: 8") + sgx +
      samples::link("access", "phone", "cloud") +
      samples::workload("w", "phone",
                        "protocol: \"enclave_only\" placement { stages { on: \"cloud.tee\" } }\n" + samples::each_5_s) +
      "stop { requests: 3 }\n";
  PlanAnswer const only = plan_of(text);
  REQUIRE(only.choices.size() == 1);
  CHECK(only.choices[0].text == "cloud.tee");
  // 1,000 bytes up, two layers of 0.1 s twice as long inside, 4,000 bytes down, AES at both ends at 1 GB/s.
  CHECK(only.choices[0].priced.latency_s() == Approx(0.011 + 0.4 + 0.014 + 2 * 5000e-9).epsilon(1e-12));
  CHECK(*only.choices[0].simulated->latency_mean_s == Approx(only.choices[0].priced.latency_s()).epsilon(1e-9));
  PlanAnswer const free = plan_of(text, false, {"workloads[w].protocol=cloud_only", "plan.top=20"});
  std::vector<std::string> const found = texts(free);
  CHECK(found.front() == "cloud.cpu");
  CHECK(std::find(found.begin(), found.end(), "phone.cpu to a | cloud.tee") != found.end());
  CHECK(std::find(found.begin(), found.end(), "cloud.cpu to a | cloud.tee") != found.end());
}

TEST_CASE("A device's memory binds") {
  PlanAnswer const small = plan_of(phone_and_fast_cloud(), false,
                                   {"devices[phone].memory_gib=0.004",
                                    "workloads[w].placement={stages{on:\"phone\" until:\"a\"} stages{on:\"cloud\"}}"});
  // A layer has 4 MB of weights: of 4.29 MB of memory one fits.
  CHECK(texts(small).front() == "cloud.cpu");
  CHECK(small.choices[1].text == "phone.cpu to a | cloud.cpu");
  CHECK(small.choices.size() == 2);
}

TEST_CASE("Wrong questions are told with their place") {
  CHECK(problem_of(phone_and_fast_cloud("plan { tiers: \"phone.cpu\" tiers: \"edge\" }\n")).find("'edge'") !=
        std::string::npos);
  CHECK(problem_of(phone_and_fast_cloud("plan { workload: \"v\" }\n")).find("no workload 'v'") != std::string::npos);
  CHECK(problem_of(phone_and_fast_cloud("plan { constraints { pins { layers: \"z\" on: \"phone\" } } }\n"))
            .find("unknown layer 'z'") != std::string::npos);
  CHECK(problem_of(phone_and_fast_cloud("plan { objective: LEAKAGE }\n")).find("plan.leakage is missing") !=
        std::string::npos);
  CHECK(problem_of(phone_and_fast_cloud("plan { leakage { metric: \"mse\" } }\n")).find("has no adversary") !=
        std::string::npos);
}

TEST_CASE("A wide model is planned by minimum cuts, and the answer says so") {
  // Nine branches of four layers: 5^9 cuts are too many to list.
  std::string parts = " parts { layer { name: \"first\" op { linear { out_features: 1000 bias: false } } } }\n";
  std::string last;
  for (int b = 0; b < 9; ++b) {
    std::string before = "first";
    for (int i = 0; i < 4; ++i) {
      std::string const name = "b" + std::to_string(b) + "_" + std::to_string(i);
      parts += " parts { layer { name: \"" + name + "\" inputs: \"" + before +
               "\" op { linear { out_features: " + (i == 1 ? "10" : "1000") + " bias: false } } } }\n";
      before = name;
    }
    last += " inputs: \"" + before + "\"";
  }
  parts += " parts { layer { name: \"last\"" + last + " op { concat {} } } }\n";
  std::string const text = "name: \"s\"\n" + samples::device("phone") + samples::device("cloud") +
                           samples::link("access", "phone", "cloud", "down_mbit_per_s: 0.008") +
                           "workloads { name: \"w\" source: \"phone\" model_inline { name: \"m\" input_shape: [1000]\n" +
                           parts + "} protocol: \"local_only\" placement { stages { on: \"phone\" } }\n" +
                           samples::each_5_s + " return_result: false }\n" +
                           "plan { constraints { pins { layers: \"first\" on: \"phone\" } } }\n"
                           "stop { requests: 3 }\n";
  PlanAnswer const answer = plan_of(
      text, false, {"devices[cloud].processors[cpu].rates[0].gflop_per_s=0.02", "links[access].up_mbit_per_s=0.0008"});
  CHECK(answer.searched.find("minimum cuts") != std::string::npos);
  // A hundred bytes a second: every branch is cut where it is narrow, after its second layer, 360 bytes in all.
  CHECK(answer.choices.front().text == "phone.cpu to b0_1+b1_1+b2_1+b3_1+b4_1+b5_1+b6_1+b7_1+b8_1 | cloud.cpu");
}

TEST_CASE("What nobody measured never wins an objective of leakage") {
  std::string const text = R"(name: "s"
devices { name: "phone" use: "snapdragon_8_gen_2" domain: "user" }
devices { name: "cloud" use: "a100_sxm_80" domain: "cloud operator" }
links { name: "access" use: "nr_low_band_verizon" from: "phone" to: "cloud" domain: "network" }
workloads {
  name: "vision" model: "vgg19_bn_64px" dataset: "cifar10" source: "phone" protocol: "plain_split"
  arrivals { fixed_rate { rate_per_s: 1 } } placement { stages { on: "phone.cpu" until: "block 30" } stages { on: "cloud.gpu" } }
}
adversaries { name: "cloud" domains: "cloud operator" knowledge: BLACK_BOX }
plan {
  objective: LEAKAGE leakage { metric: "mse" } tiers: "phone.cpu" tiers: "cloud.gpu" top: 4
  constraints { pins { layers: "fc3" on: "cloud.gpu" } }
}
stop { requests: 2 }
)";
  PlanAnswer const answer = plan_of(text, false);
  REQUIRE(answer.choices.size() >= 4);
  double before = 1e9;
  for (PlanChoice const& choice : answer.choices) {
    if (!choice.rank || !choice.priced.leakage->value) continue;
    CHECK(*choice.priced.leakage->value <= before);
    before = *choice.priced.leakage->value;
  }
  CHECK(answer.choices.front().priced.leakage->status == ScoreStatus::measured);
  bool unknown_seen = false;
  for (PlanChoice const& choice : answer.choices) {
    bool const measured = choice.priced.leakage->status == ScoreStatus::measured;
    if (choice.rank && !measured) unknown_seen = true;
    CHECK_FALSE((choice.rank && measured && unknown_seen));
  }
}

}  // namespace coinfer
