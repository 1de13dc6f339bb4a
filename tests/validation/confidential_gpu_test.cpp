// Validation of the confidential mode of a gpu: a toll per pass, taken where the load is low, and what it predicts
// elsewhere. Only the toll is in question: times without the mode come from the same measurements and enter as step tables.
//
// First (Phala-Network/h100-llm-benchmark@0b8aa26, one request per second on an H200 in TDX): the toll of a step and that
// of a prompt are fitted on the 8B model and predicted for the other three. Second (sglang pull request 15188, GPU not
// named): fitted at low concurrency, predicted the loss of throughput up to 256. What is held stands beside each check;
// what the tolls do not explain is printed: the four-bit 70B model, whose difference is as large as that between two runs
// of it with the mode off.
#include <algorithm>
#include <array>
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
#include "sim/base/number_format.hpp"

namespace coinfer {
namespace {

std::string const phala_path = COINFER_SOURCE_DIR "/../shared/data/tee/phala_h200_cc_qps1.csv";

struct Toll {
  double per_pass_us = 0;
  double per_sequence_us = 0;
  double per_prompt_us = 0;
};

/// A closed loop of users on a server with these step tables, with the confidential mode where a toll is given. The model
/// decides nothing but how many sequences fit: all times come from the tables. The network costs nothing.
std::string scenario_text(std::string const& tables, int users, int output_tokens, int rounds, Toll const* toll) {
  std::string const mode = toll == nullptr ? ""
                                           : " enclaves { name: 'cc' kind: GPU compute_slowdown: 1 memory_slowdown: 1 "
                                             "bridge { toll_us: " +
                                                 shortest(toll->per_pass_us) +
                                                 " toll_per_sequence_us: " + shortest(toll->per_sequence_us) +
                                                 " toll_per_prompt_us: " + shortest(toll->per_prompt_us) + " } }";
  return R"(name: "confidential_gpu"
devices { name: "client" use: "apple_m1" domain: "user" aes_gcm_gbit_per_s: 1e9 }
devices { name: "cloud" use: "h200_sxm_141" domain: "cloud operator" aes_gcm_gbit_per_s: 1e9)" +
         mode + R"( }
links { name: "wire" from: "client" to: "cloud" up_mbit_per_s: 1e9 latency_ms: 0 domain: "network" }
servers { on: "cloud.gpu" step_tables { name: "measured, mode off" model: "llama_3_8b" )" +
         tables + R"( } }
workloads {
  name: "chat" model: "llama_3_8b" source: "client" attestation: NEVER
  arrivals { closed_loop { users: )" +
         std::to_string(users) + R"( } } tokens { prompt { constant: 1 } output { constant: )" +
         std::to_string(output_tokens) + " } } protocol: " +
         (toll == nullptr ? R"("cloud_only" placement { stages { on: "cloud.gpu" } })"
                          : R"("gpu_confidential" placement { stages { on: "cloud.cc" } })") +
         " }\nstop { requests: " + std::to_string(users * rounds) + " }\n";
}

Results simulate(Catalog const& catalog, std::string const& text) {
  Diagnostics diagnostics;
  auto const scenario = load_scenario_text("confidential_gpu.textproto", text, {}, catalog, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(scenario.has_value());
  return run(*scenario);
}

/// One row of the measurements at one request per second, milliseconds.
struct LowLoad {
  double first_token_ms;
  double gap_ms;
};

LowLoad phala_row(CsvTable const& table, std::string const& model, std::string const& mode, std::string const& machine) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    auto const field = [&](char const* name) { return table.at(row, *table.column(name)); };
    if (field("model") != model || field("cc") != mode || field("vm_config") != machine) continue;
    return {*parse_number(field("ttft_mean_ms")), *parse_number(field("itl_mean_ms"))};
  }
  FAIL("no row for " << model << ", " << mode << ", " << machine);
  return {};
}

/// Throughput without and with the mode at one number of concurrent requests, tokens per second.
struct LoadRow {
  int concurrency;
  double off;
  double on;
  [[nodiscard]] double step_off_us() const { return 1e6 * concurrency / off; }
  [[nodiscard]] double toll_us() const { return 1e6 * concurrency / on - step_off_us(); }
  [[nodiscard]] double loss() const { return 1 - on / off; }
};

/// sglang pull request 15188 (MEASURED by its author; neither GPU nor model is named in what was read).
constexpr std::array<LoadRow, 8> load_rows{{{1, 172.9, 141.1},
                                            {4, 588.4, 489.9},
                                            {8, 1058.7, 898.4},
                                            {16, 1759.0, 1515.4},
                                            {32, 2547.8, 2297.0},
                                            {64, 2980.7, 2761.4},
                                            {128, 3246.7, 3090.8},
                                            {256, 3309.6, 3215.9}}};

/// A step by its sequences. An opening counts as one: the rows mix both, and answers here are long.
std::string load_table() {
  std::string csv = "sequences,time_us\\n";
  for (LoadRow const& row : load_rows) {
    csv += std::to_string(row.concurrency) + "," + shortest(row.step_off_us()) + "\\n";
  }
  return "tables { name: 'step' axes { column: 'sequences' quantity: SEQUENCES } csv: \"" + csv + "\" }";
}

/// Answers are long, since the first of a round to arrive opens alone: an iteration more in each 2000.
double tokens_per_s(Catalog const& catalog, int users, Toll const* toll) {
  Results const results = simulate(catalog, scenario_text(load_table(), users, 2000, 2, toll));
  REQUIRE(results.all.counted == static_cast<std::uint64_t>(2 * users));
  return static_cast<double>(results.all.output_tokens) / results.record.end_s;
}

/// Largest difference between predicted and measured loss beyond the rows that were fitted, as a share of throughput.
double predict_losses(Catalog const& catalog, char const* what, Toll toll, std::vector<int> const& fitted) {
  double worst = 0;
  std::printf("validation: confidential GPU, toll %.2f ms + %.1f us per sequence (%s): loss predicted / measured %%:",
              toll.per_pass_us / 1e3, toll.per_sequence_us, what);
  for (LoadRow const& row : load_rows) {
    double const off = tokens_per_s(catalog, row.concurrency, nullptr);
    CHECK(off == Approx(row.off).epsilon(1e-3));
    double const predicted = 1 - tokens_per_s(catalog, row.concurrency, &toll) / off;
    bool const own = std::find(fitted.begin(), fitted.end(), row.concurrency) != fitted.end();
    std::printf(" %d: %.1f / %.1f%s", row.concurrency, 100 * predicted, 100 * row.loss(), own ? " (fitted)" : "");
    if (own) {
      CHECK(predicted == Approx(row.loss()).margin(1e-3));
    } else {
      worst = std::max(worst, std::abs(predicted - row.loss()));
    }
  }
  std::printf("; worst %.1f points\n", 100 * worst);
  return worst;
}

}  // namespace

TEST_CASE("The toll of a confidential H200, fitted on an 8B model at low load, gives the gaps between tokens of others") {
  if (!std::filesystem::exists(phala_path)) {
    std::printf(
        "SKIPPED: the toll of a confidential H200 gives the gaps between tokens of others: shared data is absent\n");
    return;
  }
  Catalog const catalog(std::nullopt);
  Diagnostics diagnostics;
  CsvTable const table = CsvTable::parse(phala_path, read_file(phala_path), diagnostics);
  REQUIRE(diagnostics.ok());
  std::string const machine = "24cores";
  LowLoad const fitted_on = phala_row(table, "llama3.1-8b", "on", machine);
  LowLoad const fitted_off = phala_row(table, "llama3.1-8b", "off", machine);
  Toll toll{1e3 * (fitted_on.gap_ms - fitted_off.gap_ms), 0, 0};
  CHECK(toll.per_pass_us == Approx(737).margin(1));
  toll.per_prompt_us = 1e3 * (fitted_on.first_token_ms - fitted_off.first_token_ms) - toll.per_pass_us;
  for (char const* const model : {"llama3.1-8b", "phi3-14b-128k", "gemma2-27b", "llama3.1-70b-bnb4"}) {
    LowLoad const off = phala_row(table, model, "off", machine);
    LowLoad const on = phala_row(table, model, "on", machine);
    double const apart_ms = std::abs(off.gap_ms - phala_row(table, model, "off", "1core").gap_ms);
    std::string const tables =
        "tables { name: 'step' axes { column: 'n' quantity: DECODE_SEQUENCES } csv: \"n,time_us\\n1," +
        shortest(1e3 * off.gap_ms) +
        "\\n\" } tables { name: 'opening' axes { column: 'n' quantity: PREFILL_TOKENS } csv: \"n,time_us\\n16," +
        shortest(1e3 * off.first_token_ms) + "\\n\" }";
    Results const results = simulate(catalog, scenario_text(tables, 1, 100, 3, &toll));
    double const gap_ms = 1e3 * results.all.tpot_s->mean;
    double const first_ms = 1e3 * results.all.ttft_s->mean;
    std::printf(
        "validation: confidential GPU, H200, %s: gap %.2f ms, measured %.2f (%+.1f %%; toll %.2f, measured %.2f; two runs "
        "with the mode off lie %.2f apart); first token +%.1f ms, measured %+.1f\n",
        model, gap_ms, on.gap_ms, 100 * (gap_ms / on.gap_ms - 1), gap_ms - off.gap_ms, on.gap_ms - off.gap_ms, apart_ms,
        first_ms - off.first_token_ms, on.first_token_ms - off.first_token_ms);
    INFO(model);
    CHECK(gap_ms == Approx(on.gap_ms).epsilon(0.015));
    // One toll of a prompt does not fit all models: it is late by a third of what another 14B model shows, and first tokens
    // as a whole are held to an eighth.
    CHECK(first_ms == Approx(on.first_token_ms).epsilon(0.125));
  }
}

TEST_CASE("The loss of a confidential GPU at load is predicted from its toll at low load") {
  Catalog const catalog(std::nullopt);
  LoadRow const& one = load_rows[0];
  LoadRow const& eight = load_rows[2];
  // The toll grows with the sequences: taken from one row alone it comes out too low at load, by at most 2 points.
  CHECK(predict_losses(catalog, "from concurrency 1", {one.toll_us(), 0}, {1}) < 0.02);
  // With its growth between two low rows, at most 1 point, too high at the end.
  double const growth_us = (eight.toll_us() - one.toll_us()) / 7;
  CHECK(predict_losses(catalog, "from concurrency 1 and 8", {one.toll_us() - growth_us, growth_us}, {1, 8}) < 0.01);
  // Another machine and other software: no tolerance. One toll does not fit all, by a factor of about 1.8.
  CHECK(predict_losses(catalog, "from the H200 with another server program", {737, 0}, {}) > 0.02);
}

}  // namespace coinfer
