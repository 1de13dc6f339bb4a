// Validation against a measured run of vLLM 0.19.0 (casys-kaist/LLMServingSim@5daddb2): Llama 3.1 8B in BF16 on one RTX
// 4090, 300 requests of ShareGPT within 29 s, drained after 184 s, so that KV memory decides who runs. The iteration times
// are the kernel times that the same authors profiled; nothing is fitted.
//
// Chosen, and why. The tables are read at the mean context of the steps, as the authors read them for their own replay of
// this run (its meta.yaml has the skew correction off): with the correction every time is about 3 % longer. The whole
// prompt must fit before a request is admitted, the default of vLLM 0.19. One of the 2,588 KV blocks is vLLM's null block.
// Times start when the engine queues a request; the API server reads arrivals up to 0.2 s late, 28 ms in the mean.
//
// What the recording lacks: the tokens. vLLM found 1.9 % of the prompts' tokens in its prefix cache (4,848 of 257,239 in
// the authors' own replay of the token ids, outputs/sim.log: eight beginnings of 448 to 992 tokens). Without them the last
// requests that a wave of admissions still took in wait for the next wave. The second test gives eight such prompts a
// shared beginning, and what is left of the deviations goes away.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"
#include "sim/base/files.hpp"
#include "sim/kernel/statistics.hpp"

namespace coinfer {
namespace {

std::string const folder = COINFER_SOURCE_DIR "/../shared/data/llm_serving/rtx4090_llama31_8b";

bool skipped(char const* title) {
  if (std::filesystem::exists(folder)) return false;
  std::printf("SKIPPED: %s: shared data is absent\n", title);
  return true;
}

/// One measured request.
struct Measured {
  double prompt_tokens;
  double output_tokens;
  double arrival_s;
  double queued_s;
  double first_token_s;
  double last_token_s;
};

/// Read as plain text, without the code under test.
std::vector<Measured> measured_requests() {
  std::ifstream file(folder + "/requests.jsonl");
  std::vector<Measured> requests;
  for (std::string line; std::getline(file, line);) {
    auto const number = [&](std::string const& key) {
      return std::stod(line.substr(line.find("\"" + key + "\": ") + key.size() + 4));
    };
    requests.push_back({number("input_toks"), number("output_toks"), number("arrival_time"), number("queued_ts"),
                        number("first_token_ts"), number("last_token_ts")});
  }
  REQUIRE(requests.size() == 300);
  return requests;
}

/// The server alone: the link takes no time to speak of, and answers are not sent back.
std::string scenario_text(std::string const& trace) {
  return R"(name: "vllm"
devices { name: "client" use: "apple_m1" domain: "user" }
devices { name: "machine" use: "rtx_4090" domain: "cloud operator" }
links { name: "loopback" from: "client" to: "machine" up_mbit_per_s: 1e9 latency_ms: 0 domain: "network" }
servers {
  on: "machine.gpu" kv_capacity_tokens: 41392 kv_block_tokens: 16 prefix_caching { scope: ACROSS_USERS }
  continuous { max_sequences: 256 token_budget: 2048 chunked_prefill: true whole_prompt_must_fit: true }
  step_tables { name: "rtx4090" model: "llama_3_1_8b"
    tables { name: "dense" path: "dense.csv" select_column: "layer" axes { column: "tokens" quantity: TOKENS }
      select { value: "embedding" } select { value: "final_layernorm" } select { value: "layernorm" times: 64 }
      select { value: "qkv_proj" times: 32 } select { value: "rotary_emb" times: 32 }
      select { value: "o_proj" times: 32 } select { value: "gate_up_proj" times: 32 }
      select { value: "act_fn" times: 32 } select { value: "down_proj" times: 32 } }
    tables { name: "per_sequence" path: "per_sequence.csv" select_column: "layer"
      axes { column: "sequences" quantity: SEQUENCES } select { value: "lm_head" } select { value: "sampler" } }
    tables { name: "attention" path: "attention.csv" times: 32
      axes { column: "prefill_chunk" quantity: PREFILL_TOKENS } axes { column: "kv_prefill" quantity: PREFILL_CONTEXT }
      axes { column: "n_decode" quantity: DECODE_SEQUENCES } axes { column: "kv_decode" quantity: DECODE_CONTEXT } } }
}
workloads {
  name: "chat" model: "llama_3_1_8b" source: "client" protocol: "cloud_only" return_result: false
  arrivals { replay { path: ")" +
         trace + R"(" } } placement { stages { on: "machine.gpu" } }
}
)";
}

Results simulate(std::string const& trace) {
  Catalog const catalog(std::nullopt);
  Diagnostics diagnostics;
  auto const scenario =
      load_scenario_text(folder + "/profile/vllm.textproto", scenario_text(trace), {}, catalog, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(scenario.has_value());
  return run(*scenario);
}

struct Comparison {
  char const* name;
  Summary measured;
  Summary simulated;
};

/// The numbers of a summary that are compared.
std::array<std::pair<char const*, double Summary::*>, 5> const numbers = {{{"mean", &Summary::mean},
                                                                           {"p50", &Summary::p50},
                                                                           {"p90", &Summary::p90},
                                                                           {"p95", &Summary::p95},
                                                                           {"p99", &Summary::p99}}};

std::array<Comparison, 3> compare(std::vector<Measured> const& requests, Results const& results) {
  std::array<std::vector<double>, 3> times;
  for (Measured const& request : requests) {
    times[0].push_back(request.first_token_s - request.queued_s);
    times[1].push_back((request.last_token_s - request.first_token_s) / (request.output_tokens - 1));
    times[2].push_back(request.last_token_s - request.queued_s);
  }
  return {{{"first token", *summarise(times[0]), *results.all.ttft_s},
           {"next tokens", *summarise(times[1]), *results.all.tpot_s},
           {"latency", *summarise(times[2]), *results.all.latency_s}}};
}

double deviation(Comparison const& comparison, double Summary::*number) {
  return comparison.simulated.*number / comparison.measured.*number - 1;
}

void print(char const* title, std::array<Comparison, 3> const& comparisons, ServerRecord const& server) {
  std::printf("validation: vLLM, %s: %d preemptions, %d tokens computed again, %d prompt tokens from the cache\n", title,
              static_cast<int>(server.preemptions), static_cast<int>(server.recomputed_tokens),
              static_cast<int>(server.prefix_hit_tokens));
  for (Comparison const& comparison : comparisons) {
    for (auto const& [name, number] : numbers) {
      std::printf("  %-11s %-4s measured %8.4f s, simulated %8.4f s, deviation %+.1f %%\n", comparison.name, name,
                  comparison.measured.*number, comparison.simulated.*number, 100 * deviation(comparison, number));
    }
  }
}

}  // namespace

TEST_CASE("300 measured requests of vLLM on an RTX 4090 are replayed within 5 %") {
  if (skipped("300 measured requests of vLLM on an RTX 4090 are replayed within 5 %")) return;
  std::vector<Measured> const requests = measured_requests();
  Results const results = simulate(folder + "/requests.jsonl");
  REQUIRE(results.record.requests.size() == requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    RequestRecord const& request = results.record.requests[i];
    REQUIRE(request.outcome == Outcome::completed);
    REQUIRE(request.prompt_tokens == requests[i].prompt_tokens);
    REQUIRE(request.output_tokens == requests[i].output_tokens);
    REQUIRE(request.arrival_s == Approx(requests[i].arrival_s - requests[0].arrival_s).margin(1e-6));
  }
  auto const comparisons = compare(requests, results);
  ServerRecord const& server = results.servers.front().record;
  print("replay", comparisons, server);
  for (Comparison const& comparison : comparisons) {
    INFO(comparison.name);
    CHECK(std::abs(deviation(comparison, &Summary::mean)) < 0.02);
    CHECK(std::abs(deviation(comparison, &Summary::p50)) < 0.05);
    CHECK(std::abs(deviation(comparison, &Summary::p90)) < 0.04);
    // Who is last in a wave of admissions waits 15 s or not at all: five requests more or less are 9 % of the time to the
    // first token here.
    CHECK(std::abs(deviation(comparison, &Summary::p95)) < 0.10);
    CHECK(std::abs(deviation(comparison, &Summary::p99)) < 0.02);
  }
  // Iterations were measured where the run needs them, and it lasts as long as the real one.
  CHECK(server.extrapolated == 0);
  double const measured_end_s =
      std::max_element(requests.begin(), requests.end(),
                       [](Measured const& a, Measured const& b) { return a.last_token_s < b.last_token_s; })
          ->last_token_s -
      requests[0].queued_s;
  CHECK(results.record.end_s == Approx(measured_end_s).epsilon(0.01));
}

TEST_CASE("vLLM is replayed within 3 % where prompts share what its prefix cache found") {
  if (skipped("vLLM is replayed within 3 % where prompts share what its prefix cache found")) return;
  std::vector<Measured> const requests = measured_requests();
  // Of each range of prompts in which the authors' replay of the token ids counted hits, the last two that are long
  // enough: which two they were is not published. 512 tokens each, the size of a block of the trace format.
  std::array<std::pair<std::size_t, std::size_t>, 8> const pairs = {
      {{52, 53}, {64, 66}, {92, 93}, {140, 141}, {175, 176}, {183, 184}, {209, 210}, {228, 229}}};
  std::vector<std::string> shared(requests.size());
  for (auto const& [first, second] : pairs) shared[first] = shared[second] = std::to_string(first);
  auto const path = std::filesystem::temp_directory_path() / "coinfer_vllm_shared.jsonl";
  std::ofstream file(path);
  file.precision(17);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    file << R"({"arrival_time": )" << requests[i].queued_s << R"(, "input_toks": )" << requests[i].prompt_tokens
         << R"(, "output_toks": )" << requests[i].output_tokens << R"(, "hash_ids": [)" << shared[i] << "]}\n";
  }
  file.close();
  Results const results = simulate(path.string());
  std::filesystem::remove(path);
  auto const comparisons = compare(requests, results);
  ServerRecord const& server = results.servers.front().record;
  print("with shared beginnings", comparisons, server);
  CHECK(server.prefix_hit_tokens == pairs.size() * 512);
  for (Comparison const& comparison : comparisons) {
    INFO(comparison.name);
    for (auto const& [name, number] : numbers) {
      INFO(name);
      CHECK(std::abs(deviation(comparison, number)) < 0.03);
    }
  }
}

}  // namespace coinfer
