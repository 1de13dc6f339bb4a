// Times of iterations: the roofline against a calculation by hand, collectives, and the memory that keys and values get.
#include <catch2/catch.hpp>

#include "tests/unit/workloads/serving_samples.hpp"
#include "tests/unit/workloads/test_models.hpp"
#include "workloads/serving/collectives.hpp"
#include "workloads/serving/kv_capacity.hpp"
#include "workloads/serving/roofline_step_cost.hpp"
#include "workloads/serving/servable.hpp"

using namespace coinfer;
using namespace coinfer::test;

namespace {

/// 1,000 flop/s and 100 byte/s, 0.5 s to start a layer.
Processor processor() {
  Processor processor;
  processor.name = "gpu";
  processor.rates[static_cast<std::size_t>(DataType::bf16)] = FlopPerSecond(1000);
  processor.memory = BytesPerSecond(100);
  processor.launch = Seconds(0.5);
  return processor;
}

/// Three blocks of one kind and a head: per token 600 flop and 4 bytes, per attended token 10 flop, 200 bytes of weights
/// and 2 bytes of keys and values per token in each block; the head does 100 flop per sequence on 50 bytes.
TokenStack stack() {
  TokenLayerKind block;
  block.work.flop_per_token = Flop(600);
  block.work.flop_per_attended = Flop(10);
  block.work.weights = Bytes(200);
  block.work.activations_per_token = Bytes(4);
  block.work.kv_per_token = Bytes(2);
  block.times = 3;
  TokenLayerKind head;
  head.work.flop_per_sequence = Flop(100);
  head.work.last_positions_only = true;
  head.work.weights = Bytes(50);
  TokenStack stack;
  stack.compute_type = DataType::bf16;
  stack.kinds = {block, head};
  stack.blocks = 3;
  stack.hidden_per_token = Bytes(8);
  stack.weights = Bytes(650);
  stack.kv_per_token = Bytes(6);
  return stack;
}

Batch batch(std::vector<BatchItem> items) { return {std::move(items)}; }

BatchItem opened(std::uint32_t units, std::uint32_t held, bool yields = true) { return {0, 0, units, held, true, yields}; }
BatchItem stepped(std::uint32_t held) { return {0, 0, 1, held, false, true}; }

}  // namespace

TEST_CASE("roofline of an iteration: a step is bound by memory, an opening by arithmetic") {
  RooflineStepCost const cost(stack(), {processor(), 1, 1, {}}, Seconds(0.25));
  // A step after 9: block max(600 + 10 * 10 flop = 0.7 s, 200 + 4 + keys and values read and written) + 0.5 s.
  auto const step = cost.parts(batch({stepped(9)}));
  double const block_bytes = pass_work(stack().kinds[0].work, pass_size(batch({stepped(9)}), true)).bytes.value();
  CHECK(block_bytes >= 200 + 4 + 2 * 10);
  CHECK(step.compute.value() == Approx(3 * (block_bytes / 100 + 0.5) + (50.0 / 100 + 0.5)));
  CHECK(step.overhead == Seconds(0.25));
  CHECK(cost.seconds(batch({stepped(9)})) == step.sum().value());
  // An opening of 10 attends to 55: 6,000 + 550 flop; no sequence is done, so that the head does not run.
  CHECK(cost.parts(batch({opened(10, 0, false)})).compute.value() == Approx(3 * (6.55 + 0.5)));
  // Both together: 11 tokens that attend to 55 + 10.
  CHECK(cost.parts(batch({stepped(9), opened(10, 0)})).compute.value() == Approx(3 * (7.25 + 0.5) + (0.5 + 0.5)));
  CHECK(cost.seconds({}) == 0);
}

TEST_CASE("roofline of a group: members share each layer and pay for exchanges") {
  PeerLink const peer{BytesPerSecond(1000), Seconds(0.01)};
  // Ring of four: 2 * 3 / 4 of 80 bytes, and six rounds.
  CHECK(all_reduce_time(Bytes(80), 4, peer).value() == Approx(120.0 / 1000 + 6 * 0.01));
  CHECK(all_reduce_time(Bytes(80), 1, peer) == Seconds(0));
  CHECK(hop_time(Bytes(80), peer).value() == Approx(0.09));
  RooflineStepCost const cost(stack(), {processor(), 4, 2, peer}, Seconds(0));
  auto const parts = cost.parts(batch({opened(10, 0, false)}));
  CHECK(parts.compute.value() == Approx(3 * (6.55 / 4 + 0.5)));
  CHECK(parts.collectives.value() == Approx(2 * 3 * 0.18));
  CHECK(parts.hops.value() == Approx(0.09));
}

TEST_CASE("a stack has each kind of layer once, with how often it occurs") {
  auto const model = catalog_model("llama_3_8b");
  auto const whole = token_stack(model);
  CHECK(whole.blocks == 32);
  CHECK(whole.causal);
  CHECK(whole.hidden_per_token == Bytes(4096 * 2));
  CHECK(whole.kv_per_token == Bytes(32 * 2 * 1024 * 2));
  CHECK(whole.weights.value() == Approx(2 * 8.03e9).epsilon(0.001));
  CHECK(whole.kinds.size() < 16);
  double layers = 0;
  for (auto const& kind : whole.kinds) layers += kind.times;
  CHECK(layers == model.layers().size());
}

TEST_CASE("keys and values get what the weights leave, in whole blocks") {
  auto const fits = kv_capacity(stack(), Bytes(1000), 1, 0.9, 16);
  CHECK(fits.available == Bytes(900));
  CHECK(fits.tokens == 32);  // 250 bytes hold 41 tokens: two blocks
  CHECK(kv_capacity(stack(), Bytes(1000), 2, 0.9, 16).tokens == 176);
  auto const tight = kv_capacity(stack(), Bytes(800), 1, 0.9, 16);
  CHECK_FALSE(tight.tokens.has_value());
}

TEST_CASE("70 billion parameters in bf16 do not fit one GPU of 80 GB") {
  auto const whole = token_stack(catalog_model("llama_3_70b"));
  double const gib = 1U << 30U;
  auto const one = kv_capacity(whole, Bytes(80 * gib), 1, 0.9, 16);
  CHECK_FALSE(one.tokens.has_value());
  CHECK(does_not_fit("llama_3_70b", "cloud.gpu", one) ==
        "model 'llama_3_70b' does not fit 'cloud.gpu' (131.4 GiB of weights, 72 GiB for it)");
  auto const two = kv_capacity(whole, Bytes(80 * gib), 2, 0.9, 16);
  REQUIRE(two.tokens.has_value());
  // 144 - 131.42 GiB over 80 layers * 2 * 1024 * 2 bytes.
  CHECK(*two.tokens == Approx((144 * gib - whole.weights.value()) / 327680).margin(16));
}

TEST_CASE("a request that no server of its kind can serve is told why") {
  ServerConfig server;
  server.name = "llm";
  CHECK(why_unservable(server, 1024, 1000, 25).empty());
  CHECK(why_unservable(server, 1024, 1000, 26) ==
        "a prompt of 1000 tokens and 26 results do not fit the KV cache of 'llm' (1024 tokens)");
  server.batching = ContinuousBatching{8, 512, false, false};
  CHECK(why_unservable(server, 1024, 500, 13).empty());
  CHECK(why_unservable(server, 1024, 500, 14) ==
        "a prompt of 500 tokens and 14 results do not fit the token budget of 'llm' (512 tokens, and openings are not "
        "chunked)");
}
