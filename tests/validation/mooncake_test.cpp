// Recorded traces through a server. Prefix caching on the Mooncake trace (kvcache-ai/Mooncake@3b5a594, FAST'25): with room
// for everything, the prompt tokens found in the cache are those that a count from the file alone says. Exact, nothing is
// fitted. And the Azure code trace (Patel et al., Splitwise, ISCA 2024) through tensor-parallel GPUs: it runs, and every
// request is answered.
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"

namespace coinfer {
namespace {

std::string const folder = COINFER_SOURCE_DIR "/../shared/data/arrivals";

bool skipped(char const* title) {
  if (std::filesystem::exists(folder)) return false;
  std::printf("SKIPPED: %s: shared data is absent\n", title);
  return true;
}

struct Prompt {
  std::uint64_t tokens = 0;
  std::vector<std::uint64_t> ids;  ///< each of 512 tokens
};

/// Read as plain text, without the code under test.
std::vector<Prompt> mooncake_prompts() {
  std::ifstream file(folder + "/mooncake_synthetic_trace.jsonl");
  std::vector<Prompt> prompts;
  for (std::string line; std::getline(file, line);) {
    std::string const length = "\"input_length\": ";
    Prompt prompt;
    prompt.tokens = std::stoull(line.substr(line.find(length) + length.size()));
    std::istringstream ids(line.substr(line.find('[') + 1));
    for (std::uint64_t id = 0; ids >> id; ids.ignore()) prompt.ids.push_back(id);
    prompts.push_back(prompt);
  }
  REQUIRE(prompts.size() == 3993);
  return prompts;
}

struct Count {
  std::uint64_t prompt_tokens = 0;
  std::uint64_t found_tokens = 0;
};

/// vLLM's rule: leading full blocks that any earlier prompt had in that place, of all tokens but the last, of which the
/// result is needed. An id stands for its tokens and all before them.
Count count(std::vector<Prompt> const& prompts, std::uint64_t block_tokens) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;  // id, and where in it a block ends
  Count total;
  for (Prompt const& prompt : prompts) {
    total.prompt_tokens += prompt.tokens;
    bool leading = true;
    for (std::uint64_t end = block_tokens; end <= prompt.tokens; end += block_tokens) {
      bool const is_new = seen.insert({prompt.ids.at((end - 1) / 512), (end - 1) % 512}).second;
      leading = leading && !is_new && end < prompt.tokens;
      if (leading) total.found_tokens += block_tokens;
    }
  }
  return total;
}

Results simulate(std::string const& text) {
  Catalog const catalog(std::nullopt);
  Diagnostics diagnostics;
  auto const scenario = load_scenario_text(folder + "/served.textproto", text, {}, catalog, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(scenario.has_value());
  return run(*scenario);
}

/// A small model that takes prompts of any length, and a cache for all 61 million tokens.
std::string mooncake_text(std::uint64_t block_tokens) {
  return R"(name: "mooncake"
devices { name: "client" use: "apple_m1" domain: "user" }
devices { name: "machine" domain: "cloud operator"
  processors { name: "gpu" kind: GPU rates { type: BF16 gflop_per_s: 1000000 } memory_gb_per_s: 4000 } }
links { name: "access" from: "client" to: "machine" up_mbit_per_s: 100000 latency_ms: 1 domain: "network" }
servers {
  on: "machine.gpu" kv_capacity_tokens: 64000000 prefix_caching { scope: ACROSS_USERS }
  continuous { max_sequences: 10000 token_budget: 100000000 } kv_block_tokens: )" +
         std::to_string(block_tokens) + R"(
}
workloads {
  name: "w" source: "client" protocol: "cloud_only"
  model_inline { name: "long"
    transformer { layers: 1 width: 64 heads: 1 ff_width: 64 vocabulary: 1000 max_context_tokens: 1000000 } }
  arrivals { replay { path: "mooncake_synthetic_trace.jsonl" } } placement { stages { on: "machine.gpu" } }
}
)";
}

}  // namespace

TEST_CASE("Of the prompts of the Mooncake trace a cache without bounds finds what a count from the file says") {
  if (skipped("Of the prompts of the Mooncake trace a cache without bounds finds what a count from the file says")) return;
  std::vector<Prompt> const prompts = mooncake_prompts();
  for (std::uint64_t const block_tokens : {512, 64}) {
    Count const counted = count(prompts, block_tokens);
    Results const results = simulate(mooncake_text(block_tokens));
    CHECK(results.all.prompt_tokens == counted.prompt_tokens);
    CHECK(results.servers.front().record.prefix_hit_tokens == counted.found_tokens);
    CHECK(results.servers.front().record.preemptions == 0);
    std::printf("validation: Mooncake, blocks of %d tokens: %.2f %% of %.1f million prompt tokens from the cache\n",
                static_cast<int>(block_tokens),
                100 * static_cast<double>(counted.found_tokens) / static_cast<double>(counted.prompt_tokens),
                static_cast<double>(counted.prompt_tokens) / 1e6);
  }
}

TEST_CASE("The Azure code trace runs through Llama 3 70B on eight GPUs") {
  if (skipped("The Azure code trace runs through Llama 3 70B on eight GPUs")) return;
  Results const results = simulate(R"(name: "azure"
devices { name: "client" use: "apple_m1" domain: "user" }
devices { name: "cloud" use: "h100_sxm_80" count: 8 domain: "cloud operator" }
links { name: "access" from: "client" to: "cloud" up_mbit_per_s: 1000 latency_ms: 10 domain: "network" }
servers { on: "cloud.gpu" tensor_parallel: 8 }
workloads {
  name: "code" model: "llama_3_70b" source: "client" protocol: "cloud_only"
  arrivals { replay { path: "AzureLLMInferenceTrace_code.csv" } } placement { stages { on: "cloud.gpu" } }
}
)");
  CHECK(results.all.outcomes[static_cast<std::size_t>(Outcome::completed)] == 8819);
  // Means of the trace as its authors give them: 2,048 tokens in, 28 out.
  CHECK(static_cast<double>(results.all.prompt_tokens) / 8819 == Approx(2048).epsilon(0.001));
  CHECK(static_cast<double>(results.all.output_tokens) / 8819 == Approx(28).epsilon(0.02));
  std::printf(
      "validation: Azure code trace, Llama 3 70B on 8 H100: first token p50 %.3f s, p99 %.1f s, latency p50 %.2f s\n",
      results.all.ttft_s->p50, results.all.ttft_s->p99, results.all.latency_s->p50);
}

}  // namespace coinfer
