// The measured profile of Llama 3.1 8B on an RTX 4090 (LLMServingSim), read as it is published, and its skew correction.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>

#include "sim/base/files.hpp"
#include "sim/base/text_proto.hpp"
#include "workloads/serving/step_skew_load.hpp"
#include "workloads/serving/step_tables_load.hpp"
#include "workloads/serving/table_step_cost.hpp"

using namespace coinfer;

namespace {

std::filesystem::path const folder = COINFER_SOURCE_DIR "/../shared/data/llm_serving/rtx4090_llama31_8b/profile";

std::string const profile = R"(name: "rtx4090" model: "llama_3_1_8b"
tables { name: "dense" path: "dense.csv" select_column: "layer" axes { column: "tokens" quantity: TOKENS }
  select { value: "embedding" } select { value: "final_layernorm" } select { value: "layernorm" times: 64 }
  select { value: "qkv_proj" times: 32 } select { value: "rotary_emb" times: 32 } select { value: "o_proj" times: 32 }
  select { value: "gate_up_proj" times: 32 } select { value: "act_fn" times: 32 } select { value: "down_proj" times: 32 } }
tables { name: "per_sequence" path: "per_sequence.csv" select_column: "layer"
  axes { column: "sequences" quantity: SEQUENCES } select { value: "lm_head" } select { value: "sampler" } }
tables { name: "attention" path: "attention.csv" times: 32
  axes { column: "prefill_chunk" quantity: PREFILL_TOKENS } axes { column: "kv_prefill" quantity: PREFILL_CONTEXT }
  axes { column: "n_decode" quantity: DECODE_SEQUENCES } axes { column: "kv_decode" quantity: DECODE_CONTEXT } )";

std::shared_ptr<StepTables const> load_profile(std::string const& rest) {
  Diagnostics diagnostics;
  Located<proto::StepTables> located;
  REQUIRE(parse_text_proto("p", profile + rest + "}", located, diagnostics));
  auto tables = load_step_tables(located.message, located.where(), folder, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(tables != nullptr);
  return tables;
}

bool skipped(char const* title) {
  if (std::filesystem::exists(folder)) return false;
  std::cout << "SKIPPED: " << title << ": shared data is absent\n";
  return true;
}

Batch steps(std::vector<std::uint32_t> const& held) {
  Batch batch;
  for (std::uint32_t const tokens : held) batch.items.push_back({0, 0, 1, tokens, false, true});
  return batch;
}

}  // namespace

TEST_CASE("the measured profile of an RTX 4090 adds up to iterations") {
  if (skipped("the measured profile of an RTX 4090 adds up to iterations")) return;
  TableStepCost const cost(load_profile(""), Seconds(0));
  // Sums of the published rows. 32 steps after 512 tokens: 32 blocks of attention take 3.43 ms of it.
  auto const decode = cost.time(steps(std::vector<std::uint32_t>(32, 512)));
  CHECK(decode.seconds == Approx(21.54184584e-3).epsilon(1e-9));
  CHECK_FALSE(decode.extrapolated);
  // One opening of 2,048 tokens: 32 * 5.659 ms of blocks without attention (the norm twice), 10.8 ms of attention, the
  // head.
  auto const prefill = cost.time(Batch{{{0, 0, 2048, 0, true, true}}});
  CHECK(prefill.seconds == Approx(193.00467e-3).epsilon(1e-7));
  CHECK_FALSE(prefill.extrapolated);
  // A mixed iteration costs more than its steps alone, and less than both apart: the weights are read once.
  Batch mixed = steps(std::vector<std::uint32_t>(32, 512));
  mixed.items.push_back({0, 0, 512, 0, true, true});
  auto const both = cost.time(mixed);
  auto const alone = cost.time(Batch{{{0, 0, 512, 0, true, true}}});
  CHECK(both.seconds > decode.seconds);
  CHECK(both.seconds < decode.seconds + alone.seconds);
  CHECK_FALSE(both.extrapolated);
  // More than 128 steps were not measured beside an opening.
  mixed = steps(std::vector<std::uint32_t>(129, 512));
  CHECK_FALSE(cost.time(mixed).extrapolated);
  mixed.items.push_back({0, 0, 512, 0, true, true});
  CHECK(cost.time(mixed).extrapolated);
}

TEST_CASE("the skew correction of an RTX 4090 lies between mean and greatest length") {
  if (skipped("the skew correction of an RTX 4090 lies between mean and greatest length")) return;
  TableStepCost const plain(load_profile(""), Seconds(0));
  TableStepCost const corrected(load_profile("skew_path: 'skew_fit.csv'"), Seconds(0));
  auto held = std::vector<std::uint32_t>(32, 512);
  CHECK(corrected.time(steps(held)).seconds == plain.time(steps(held)).seconds);
  // A quarter is four times as long, the mean 896: the row "0, n<=32, sr<=40%, kvB<=4k, kp=0" of the fit.
  for (std::size_t i = 0; i < 8; ++i) held[i] = 2048;
  double const mean = plain.time(steps(held)).seconds;
  double const most = plain.time(steps(std::vector<std::uint32_t>(32, 2048))).seconds;
  Diagnostics diagnostics;
  auto const skew = load_step_skew("f", read_file(folder / "skew_fit.csv"), diagnostics);
  REQUIRE(skew != nullptr);
  double const alpha = *skew->alpha(measure(steps(held)));
  CHECK(alpha > 0);
  CHECK(alpha < 0.2);
  CHECK(corrected.time(steps(held)).seconds == Approx(mean + alpha * (most - mean)));
}

TEST_CASE("a skew correction is read by bins") {
  Diagnostics diagnostics;
  auto const skew = load_step_skew("f",
                                   "pc,n_label,skew_rate_label,kv_big_label,kp_label,alpha,n_samples\n"
                                   "0,n<=4,sr<=40%,kvB<=1k,kp=0,0.25,1\n"
                                   "0,n<=4,sr>70%,kvB<=1k,kp=0,0.5,1\n"
                                   "16,n<=4,sr<=40%,kvB<=1k,kp<=2k,-0.1,1\n",
                                   diagnostics);
  INFO(diagnostics.text());
  REQUIRE(skew != nullptr);
  // Skew rate (mean - min) / (max - min): (400 - 200) / 800 = 0.25, (800 - 200) / 800 = 0.75.
  CHECK(skew->alpha(measure(steps({200, 200, 1000, 200}))) == 0.25);
  CHECK(skew->alpha(measure(steps({200, 1000, 1000, 1000}))) == 0.5);
  // No bin for a half: the next one upwards.
  CHECK(skew->alpha(measure(steps({200, 200, 1000, 1000}))) == 0.5);
  CHECK_FALSE(skew->alpha(measure(steps({200, 200, 2000, 200}))).has_value());
  CHECK_FALSE(skew->alpha(measure(steps({200, 200, 200, 200, 1000}))).has_value());
  // Beside an opening of ten tokens after 2,000; only up to 40 % was fitted: the next one downwards.
  Batch mixed = steps({200, 1000, 1000, 1000});
  mixed.items.push_back({0, 0, 10, 2000, true, true});
  CHECK(skew->alpha(measure(mixed)) == -0.1);
  CHECK(load_step_skew("f", "pc,n_label,skew_rate_label,kv_big_label,kp_label,alpha\n0,4,sr<=40%,kvB<=1k,kp=0,1\n",
                       diagnostics) == nullptr);
  CHECK(diagnostics.text() ==
        "f:2:3: n_label is '4' (a bin is written 'n<=64', 'sr<=15%', 'kvB<=16k', 'kp=0' or 'sr>70%')");
}
