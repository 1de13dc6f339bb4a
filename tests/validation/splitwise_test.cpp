// Validation of tensor-parallel 70B models against Splitwise (Mutinifni/splitwise-sim@8f99e7d, splitwise_perf_model.csv):
// Llama 2 70B on two, four and eight A100 or H100 of 80 GB, one request at a time, priced by the roofline with collectives
// of the catalogue's devices. Rows called h100-80gb-pcap are left out: they are no measurements (1.3 times the H100's).
//
// The roofline alone is a lower bound, and a loose one: the stack of 2023 spends time on the host in every iteration, some
// 45 ms beside an A100 and 30 ms beside an H100, whatever the number of GPUs. So one number per GPU is fitted on one row,
// the overhead of the host on the prefill of 512 tokens by eight GPUs; the other eleven prefills per GPU are predicted,
// within 25 %. Token times are not predicted: host and GPUs overlap there, which a constant per iteration does not say.
// They are held to lie between the roofline and the roofline with that overhead.
//
// And whether the model fits: it does not on one GPU, and that is said; it does in 8 bits, or on two.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"
#include "sim/base/csv.hpp"
#include "sim/base/files.hpp"
#include "sim/kernel/statistics.hpp"

namespace coinfer {
namespace {

std::string const table_path = COINFER_SOURCE_DIR "/../shared/data/llm_serving/splitwise_perf_model.csv";

struct Times {
  double prefill_s = 0;
  double token_s = 0;
};

/// Medians over the repetitions of one request of `prompt` tokens and 128 of output.
Times measured(CsvTable const& table, std::string const& hardware, int members, int prompt) {
  std::vector<double> prefills;
  std::vector<double> tokens;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    auto const text = [&](char const* name) { return table.at(row, *table.column(name)); };
    if (text("model") != "llama2-70b" || text("hardware") != hardware || text("batch_size") != "1") continue;
    if (text("token_size") != "128" || text("tensor_parallel") != std::to_string(members)) continue;
    if (text("prompt_size") != std::to_string(prompt)) continue;
    prefills.push_back(*parse_number(text("prompt_time")) / 1e3);
    tokens.push_back(*parse_number(text("token_time")) / 1e3);
  }
  REQUIRE(prefills.size() >= 5);
  return {quantile(prefills, 0.5), quantile(tokens, 0.5)};
}

std::string scenario_text(std::string const& model, std::string const& device, int members, int prompt) {
  return R"(name: "served"
devices { name: "client" use: "apple_m1" domain: "user" }
devices { name: "cloud" use: ")" +
         device + R"(" domain: "cloud operator" count: )" + std::to_string(members) + R"( }
links { name: "loopback" from: "client" to: "cloud" up_mbit_per_s: 1e9 latency_ms: 0 domain: "network" }
servers { on: "cloud.gpu" tensor_parallel: )" +
         std::to_string(members) + R"( }
workloads {
  name: "w" model: ")" +
         model + R"(" source: "client" protocol: "cloud_only" return_result: false
  arrivals { closed_loop { users: 1 } } tokens { output { constant: 128 } prompt { constant: )" +
         std::to_string(prompt) + R"( } } placement { stages { on: "cloud.gpu" } }
}
stop { requests: 1 }
)";
}

struct Outcomes {
  Times times;
  std::string problems;
};

Outcomes simulate(Catalog const& catalog, std::string const& text, std::vector<std::string> const& assignments = {}) {
  Diagnostics diagnostics;
  auto const scenario = load_scenario_text("served.textproto", text, {assignments, {}}, catalog, diagnostics);
  if (!scenario) return {{}, diagnostics.text()};
  WorkloadResult const all = run(*scenario).all;
  return {{all.ttft_s->mean, all.tpot_s->mean}, ""};
}

Times roofline(Catalog const& catalog, std::string const& device, int members, int prompt) {
  Outcomes const outcomes = simulate(catalog, scenario_text("llama_2_70b", device, members, prompt));
  INFO(outcomes.problems);
  REQUIRE(outcomes.problems.empty());
  return outcomes.times;
}

}  // namespace

TEST_CASE("Prefills of Llama 2 70B on two to eight GPUs are predicted within 25 % from one row per GPU") {
  if (!std::filesystem::exists(table_path)) {
    std::printf(
        "SKIPPED: Prefills of Llama 2 70B on two to eight GPUs are predicted within 25 %% from one row per GPU: %s\n",
        "shared data is absent");
    return;
  }
  Diagnostics diagnostics;
  CsvTable const table = CsvTable::parse(table_path, read_file(table_path), diagnostics);
  REQUIRE(diagnostics.ok());
  Catalog const catalog(std::nullopt);
  std::vector<double> errors;
  for (auto const& [hardware, device] : {std::pair("a100-80gb", "a100_sxm_80"), std::pair("h100-80gb", "h100_sxm_80")}) {
    double const overhead_s = measured(table, hardware, 8, 512).prefill_s - roofline(catalog, device, 8, 512).prefill_s;
    std::printf("validation: Splitwise, %s: overhead of the host %.1f ms, fitted on 512 tokens by 8\n", hardware,
                1e3 * overhead_s);
    for (int const members : {2, 4, 8}) {
      for (int const prompt : {256, 512, 1024, 2048}) {
        Times const real = measured(table, hardware, members, prompt);
        Times const bound = roofline(catalog, device, members, prompt);
        double const error = (bound.prefill_s + overhead_s) / real.prefill_s - 1;
        std::printf(
            "  %d GPUs, %4d tokens: prefill %6.1f ms, roofline %6.1f (%+.0f %%), with overhead %6.1f (%+.0f %%);"
            " token %5.1f ms, roofline %5.1f (%+.0f %%)\n",
            members, prompt, 1e3 * real.prefill_s, 1e3 * bound.prefill_s, 100 * (bound.prefill_s / real.prefill_s - 1),
            1e3 * (bound.prefill_s + overhead_s), 100 * error, 1e3 * real.token_s, 1e3 * bound.token_s,
            100 * (bound.token_s / real.token_s - 1));
        INFO(hardware << ", " << members << " GPUs, " << prompt << " tokens");
        CHECK(bound.prefill_s < real.prefill_s);
        CHECK(bound.token_s < real.token_s);
        CHECK(real.token_s < bound.token_s + overhead_s);
        if (members == 8 && prompt == 512) continue;
        CHECK(std::abs(error) < 0.25);
        errors.push_back(std::abs(error));
      }
    }
  }
  double const median = quantile(errors, 0.5);
  std::printf("  predicted prefills: %d, median error %.1f %%, worst %.1f %%\n", static_cast<int>(errors.size()),
              100 * median, 100 * quantile(errors, 1));
  CHECK(median < 0.1);
}

TEST_CASE("Llama 3 70B in bf16 does not fit one GPU of 80 GB, in fp8 or on two it does") {
  Catalog const catalog(std::nullopt);
  std::string const alone = scenario_text("llama_3_70b", "h100_sxm_80", 1, 512);
  // 131.4 GiB of weights, 70,553,706,496 parameters of 2 bytes; 0.9 of 80 GiB.
  CHECK(simulate(catalog, alone).problems ==
        "served.textproto:8:102: model 'llama_3_70b' does not fit 'cloud.gpu' (131.4 GiB of weights, 72 GiB for it)");
  CHECK(simulate(catalog, alone, {"workloads[w].weight_type=FP8"}).problems.empty());
  CHECK(simulate(catalog, scenario_text("llama_3_70b", "h100_sxm_80", 2, 512)).problems.empty());
  // Half of the GPUs' memory is as good as none.
  CHECK(simulate(catalog, scenario_text("llama_3_70b", "h100_sxm_80", 2, 512), {"servers[0].memory_utilisation=0.45"})
            .problems ==
        "served.textproto:8:102: model 'llama_3_70b' does not fit 'cloud.gpu' "
        "(131.4 GiB of weights, 72 GiB for it)");
}

}  // namespace coinfer
