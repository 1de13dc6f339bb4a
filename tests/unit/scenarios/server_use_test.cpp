#include "scenarios/server_use.hpp"

#include <catch2/catch.hpp>

#include "scenarios/run/run.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

/// A fleet of 4 with a small token model on it, and a user of it; passes of 25 layers take 1 s on one member.
std::string fleet(std::string const& server, std::string const& arrivals = "closed_loop { users: 1 }") {
  std::string const rate = " rates { type: BF16 gflop_per_s: 1e20 } memory_gb_per_s: 1e20 launch_us: 40000 } }\n";
  return "name: \"s\"\ndevices { name: \"phone\" domain: \"user\" processors { name: \"cpu\" kind: CPU" + rate +
         "devices { name: \"cloud\" domain: \"cloud operator\" count: 4 processors { name: \"gpu\" kind: GPU" + rate +
         link("access", "phone", "cloud") + server +
         "workloads { name: \"w\" source: \"phone\" model_inline { name: \"t\" transformer { layers: 2 width: 4 heads: 2 "
         "ff_width: 8 vocabulary: 16 max_context_tokens: 100 } } tokens { prompt { constant: 10 } output { constant: 3 } } "
         "protocol: \"cloud_only\" placement { stages { on: \"cloud\" } } arrivals { " +
         arrivals + " } }\nstop { requests: 4 }\n";
}

std::string server(std::string const& more) { return "servers { on: \"cloud\" " + more + " }\n"; }

}  // namespace

TEST_CASE("Use of a server is over its replicas: busy share, sessions in a batch, calls that wait, KV blocks") {
  Scenario scenario = scenario_of(fleet(server("kv_block_tokens: 4 kv_capacity_tokens: 40")));
  REQUIRE(scenario.servers.at(0).replicas == 4);
  RunRecord record;
  record.end_s = 100;
  record.servers.resize(1);
  record.servers[0].busy_s = 50;
  record.servers[0].in_batch_s = 150;
  record.servers[0].waiting_s = 20;
  record.servers[0].peak_kv_blocks = 5;
  ServerResult const result = server_use(scenario, record).at(0);
  CHECK(result.server == "cloud");
  CHECK(result.on == "cloud.gpu");
  CHECK(result.replicas == 4);
  CHECK(result.kv_capacity_tokens == 40);
  CHECK(result.utilisation == 50.0 / 400);
  CHECK(result.mean_batch == 3);
  CHECK(result.mean_waiting == 0.2);
  CHECK(result.peak_kv_utilisation == 0.5);
  scenario.servers[0].serves.clear();
  CHECK(server_use(scenario, record).empty());
}

TEST_CASE("A router spreads requests over replicas, and a group of members is one replica and one station") {
  RunRecord const apart = run(scenario_of(fleet(server("router: ROUND_ROBIN"), "closed_loop { users: 4 }"))).record;
  CHECK(apart.servers.at(0).replicas_used == 4);
  CHECK(apart.servers[0].iterations == 4 * 3);
  CHECK(apart.servers[0].largest_batch == 1);
  std::string const group = "tensor_parallel: 2 peer { bandwidth_gb_per_s: 1e9 } router: ROUND_ROBIN";
  Results const grouped = run(scenario_of(fleet(server(group), "closed_loop { users: 4 }")));
  CHECK(grouped.record.servers.at(0).replicas_used == 2);
  CHECK(grouped.record.servers[0].largest_batch == 2);
  // Two groups of two: each member is as busy as its group.
  CHECK(grouped.record.processors.at(1).members_used == 4);
  CHECK(grouped.record.processors[1].busy_s == Approx(2 * grouped.record.servers[0].busy_s).epsilon(1e-9));
}

TEST_CASE("An encoder is done where it is placed, whoever does the openings of models that generate") {
  std::string text = fleet(server("prefill_on: \"phone\"") + "servers { on: \"phone\" }\n");
  text.replace(text.find("max_context_tokens: 100"), 23, "max_context_tokens: 100 encoder: true");
  text.replace(text.find(" output { constant: 3 }"), 23, "");
  RunRecord const record = run(scenario_of(text)).record;
  CHECK(record.servers.at(0).tokens == 4 * 10);
  CHECK(record.servers.at(0).iterations == 4);
  CHECK(record.servers.at(1).iterations == 0);
  for (RequestRecord const& request : record.requests) CHECK(request.outcome == Outcome::completed);
}

TEST_CASE("Wrong servers are told with what is wrong") {
  auto const told = [](std::string const& text, std::string const& expected) {
    std::string const problems = problems_of(fleet(text));
    INFO(problems);
    CHECK(problems.find(expected) != std::string::npos);
  };
  told(server("tensor_parallel: 3 peer { bandwidth_gb_per_s: 1 }"), "fleet 'cloud' of 4 does not divide into groups of 3");
  told(server("") + server("name: \"again\""), "two servers stand on 'cloud.gpu'");
  told(server("prefill_on: \"clud\""), "no server 'clud'");
  told(server("kv_block_tokens: 1 kv_capacity_tokens: 11"),
       "a prompt of 10 tokens and 3 results do not fit the KV cache of 'cloud' (11 tokens)");
  told(server("continuous { chunked_prefill: false token_budget: 11 }"),
       "do not fit the token budget of 'cloud' (11 tokens, and openings are not chunked)");
}

}  // namespace coinfer
