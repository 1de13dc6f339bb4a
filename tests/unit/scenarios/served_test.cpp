// Requests of token models and the servers they share: who may, who is who to them, and that all come to an end.
#include <catch2/catch.hpp>

#include "scenarios/run/run.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

using namespace coinfer;
using namespace coinfer::samples;

namespace {

std::string const user = "devices { name: \"user\" use: \"rtx_3090\" domain: \"user\" aes_gcm_gbit_per_s: 36 }\n";

std::string cloud(std::string const& name, std::string const& server = "", std::string const& device = "") {
  return "devices { name: \"" + name + "\" use: \"h100_sxm_80\" domain: \"cloud operator\" " + device + " }\n" +
         "servers { on: \"" + name + ".gpu\" " + server + " }\n";
}

std::string wire(std::string const& from, std::string const& to) {
  return "links { name: \"" + from + " to " + to + "\" from: \"" + from + "\" to: \"" + to +
         "\" up_mbit_per_s: 1000 latency_ms: 10 domain: \"network\" }\n";
}

std::string chat(std::string const& name, std::string const& rest, std::string const& source = "user",
                 std::string const& tokens = "prompt { constant: 64 } output { constant: 64 }") {
  return "workloads { name: \"" + name + "\" model: \"llama_3_8b\" source: \"" + source + "\" tokens { " + tokens + " }\n" +
         rest + " }\n";
}

std::string const at_cloud = "protocol: \"cloud_only\" placement { stages { on: \"cloud.gpu\" } } ";

}  // namespace

TEST_CASE("Two servers of one pipeline never wait for each other's keys and values, however few they hold") {
  for (std::string const tokens : {"128", "160", "192", "224"}) {
    std::string const kv = "kv_capacity_tokens: " + tokens;
    std::string const text =
        "name: \"s\"\n" + user + cloud("near", kv) + cloud("far", kv) + wire("user", "near") + wire("near", "far") +
        chat("chat",
             "arrivals { closed_loop { users: 3 } } protocol: \"per_token_pipeline\" wire_type: BF16 placement {\n"
             "stages { on: \"user.gpu\" layers: \"embedding..block1\" layers: \"block30.attn_norm..lm_head\" }\n"
             "stages { on: \"near.gpu\" layers: \"block2.attn_norm..block15\" } stages { on: \"far.gpu\" } }") +
        "stop { requests: 6 }\n";
    RunRecord const record = run(scenario_of(text)).record;
    for (RequestRecord const& request : record.requests) CHECK(request.outcome == Outcome::completed);
    for (ServerRecord const& server : record.servers) {
      // Each pass counts once: a session that reserves loses nothing.
      CHECK(server.tokens == 6 * (64 + 63));
      CHECK(server.preemptions == 0);
    }
  }
}

TEST_CASE("Workloads share a batch only where they hold the same weights and send the same messages") {
  std::string const head = "name: \"s\"\n" + user + cloud("cloud") + wire("user", "cloud");
  std::string const often = at_cloud + "arrivals { poisson { rate_per_s: 1 } } ";
  std::string const stop = "stop { requests: 2 }\n";
  scenario_of(head + chat("a", often + "transport: CLEAR") + chat("b", often + "serialise_ms: 3") + stop);
  CHECK(problems_of(head + chat("a", often + "weight_type: INT4") + chat("b", often) + stop).find("serves another") !=
        std::string::npos);
  std::string const vm =
      "name: \"s\"\n" + user + cloud("gpu") +
      "devices { name: \"vm\" use: \"xeon_8480\" memory_gib: 256 aes_gcm_gbit_per_s: 57 domain: \"cloud operator\"\n"
      "enclaves { name: \"vm\" use: \"tdx\" on: \"cpu\" } }\nservers { on: \"vm.cpu\" }\n" +
      wire("user", "vm") + wire("vm", "gpu");
  auto const masked = [](std::string const& ratio, std::string const& type) {
    return "arrivals { poisson { rate_per_s: 1 } } protocol: \"talaria\" wire_type: " + type +
           " placement { stages { on: \"vm.vm\" } } options { talaria { linears_on: \"gpu.gpu\" rank_ratio: " + ratio +
           " } }";
  };
  std::string const one = vm + chat("a", masked("0.5", "BF16"));
  scenario_of(one + chat("b", masked("0.5", "BF16")) + stop);
  CHECK(problems_of(one + chat("b", masked("0.25", "BF16")) + stop).find("serves another") != std::string::npos);
  CHECK(problems_of(one + chat("b", masked("0.5", "FP32")) + stop).find("serves another") != std::string::npos);
}

TEST_CASE("To a prefix cache the members of two fleets are different users") {
  std::string const fleet = "devices { name: \"other\" use: \"rtx_3090\" domain: \"user\" }\n";
  auto const record = [&](std::string const& scope) {
    std::string const tokens = "prompt { constant: 65 } output { constant: 2 } prefix { tokens: 64 }";
    std::string const text =
        "name: \"s\"\n" + user + fleet + cloud("cloud", "prefix_caching { scope: " + scope + " }") + wire("user", "cloud") +
        wire("other", "cloud") + chat("a", at_cloud + "arrivals { fixed_rate { rate_per_s: 1 } }", "user", tokens) +
        chat("b", at_cloud + "draws_as: \"a\" arrivals { fixed_rate { rate_per_s: 0.9 } }", "other", tokens) +
        "stop { requests: 2 }\n";
    return run(scenario_of(text)).record;
  };
  CHECK(record("PER_USER").servers.front().prefix_hit_tokens == 0);
  ServerRecord const shared = record("ACROSS_USERS").servers.front();
  CHECK(shared.prefix_hit_tokens == 64);
  CHECK(shared.prefix_hit_blocks_other == 4);
}

TEST_CASE("A server that does the openings of another one holds the same weights, and of each request the prompt alone") {
  auto const text = [](std::string const& model, std::string const& opens) {
    std::string const peer = "tensor_parallel: 8 peer { bandwidth_gb_per_s: 450 }";
    std::string chats = chat("a", at_cloud + "arrivals { fixed_rate { rate_per_s: 1 } }");
    chats.replace(chats.find("llama_3_8b"), 10, model);
    return "name: \"s\"\n" + user + cloud("cloud", peer + " prefill_on: \"first.gpu\"", "count: 8") +
           cloud("first", opens) + wire("user", "first") + wire("first", "cloud") + chats + "stop { requests: 2 }\n";
  };
  CHECK(problems_of(text("llama_3_70b", "")).find("does not fit 'first.gpu' (131.4 GiB of weights") != std::string::npos);
  // 64 tokens are four blocks; the answer is not held there.
  RunRecord const record = run(scenario_of(text("llama_3_8b", "kv_capacity_tokens: 64"))).record;
  CHECK(record.servers.back().peak_kv_blocks == 4);
  CHECK(problems_of(text("llama_3_8b", "kv_capacity_tokens: 63")).find("KV cache of 'first.gpu'") != std::string::npos);
}

TEST_CASE("A prompt taken in parts shows the answer once per token, not once per part") {
  std::string const text = "name: \"s\"\n" + user + cloud("cloud", "continuous { token_budget: 10 }") +
                           wire("user", "cloud") +
                           chat("chat", at_cloud + "arrivals { closed_loop { users: 1 } }", "user",
                                "prompt { constant: 40 } output { constant: 5 }") +
                           "stop { requests: 3 }\n";
  Results const results = run(scenario_of(text));
  CHECK(results.record.servers.at(0).iterations == 3 * (4 + 4));
  std::uint64_t answers = 0;
  for (Exposure const& seen : results.exposures) {
    if (seen.tensor == "output" && seen.place == "device:cloud") answers += seen.count;
  }
  CHECK(answers == 3 * 5);
}

TEST_CASE("Each machine of a fleet is set up once, by the first request it serves") {
  std::string const text = "name: \"s\"\n" + user +
                           "devices { name: \"vm\" use: \"xeon_8480\" count: 2 memory_gib: 256 aes_gcm_gbit_per_s: 57 "
                           "domain: \"cloud operator\"\n"
                           "enclaves { name: \"tee\" use: \"tdx\" on: \"cpu\" initialisation_ms: 50000 } }\n"
                           "servers { on: \"vm.cpu\" router: ROUND_ROBIN }\n" +
                           wire("user", "vm") +
                           chat("chat",
                                "arrivals { closed_loop { users: 4 } } protocol: \"enclave_only\" attestation: NEVER\n"
                                "placement { stages { on: \"vm.tee\" } }",
                                "user", "prompt { constant: 8 } output { constant: 2 }") +
                           "stop { requests: 4 }\n";
  RunRecord const record = run(scenario_of(text)).record;
  double const set_up_s = 50;
  // Each of the two first ones sets its machine up, at the same time as the other; the others wait as long.
  for (RequestRecord const& request : record.requests) {
    CHECK(request.end_s > set_up_s);
    CHECK(request.end_s < set_up_s + 5);
  }
  CHECK(record.processors.back().busy_s > 2 * set_up_s);
  CHECK(record.processors.back().busy_s < 3 * set_up_s);
}

TEST_CASE("An answer of one token sends no keys and values to the server that would go on") {
  auto const bytes_of = [](std::string const& output) {
    std::string const text = "name: \"s\"\n" + user + cloud("open") + cloud("cloud", "prefill_on: \"open.gpu\"") +
                             wire("user", "open") + wire("open", "cloud") +
                             chat("chat", at_cloud + "arrivals { closed_loop { users: 1 } }", "user",
                                  "prompt { constant: 64 } output { constant: " + output + " }") +
                             "stop { requests: 1 }\n";
    return run(scenario_of(text)).record.pipes.at(2).bytes;
  };
  double const keys = 64 * 131072;
  CHECK(bytes_of("1") == 0);
  CHECK(bytes_of("2") == Approx(keys).epsilon(1e-12));
}
