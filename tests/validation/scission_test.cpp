// Validation against Scission (Lockhart, Harvey, Imai, Willis, Varghese, UCC 2020): its measured block times and its own
// formula, which is a prediction too, so this is a test of exactness for chain cuts and no evidence of realism. Nothing is
// fitted. Tolerance: 1e-9 relative.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"
#include "sim/base/csv.hpp"
#include "sim/base/files.hpp"
#include "workloads/cut.hpp"
#include "workloads/model_load.hpp"

namespace coinfer {
namespace {

/// One measured block: its last layer, and its time.
struct Block {
  std::string last;
  double time_s;
};

/// The blocks of ResNet-50 on one processor, read from the trace as plain text, without the code under test.
std::vector<Block> blocks_on(std::string const& device, std::string const& processor) {
  std::string const file = COINFER_SOURCE_DIR "/workloads/catalog/trace_scission_resnet50.csv";
  Diagnostics diagnostics;
  CsvTable const table = CsvTable::parse(file, read_file(file), diagnostics);
  REQUIRE(diagnostics.ok());
  std::vector<Block> blocks;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    auto const field = [&](char const* name) { return table.at(row, *table.column(name)); };
    if (field("device") == device && field("processor") == processor) {
      blocks.push_back({field("last_layer"), *parse_number(field("time_s"))});
    }
  }
  return blocks;
}

double sum(std::vector<Block> const& blocks, std::size_t from, std::size_t to) {
  double total_s = 0;
  for (std::size_t i = from; i < to; ++i) total_s += blocks[i].time_s;
  return total_s;
}

/// Preset "wired": 20 ms and 20 Mb/s to the edge, 20 ms and 50 Mb/s on to the cloud; the ping is charged once per hop.
std::string scenario_text(std::string const& first_cut, std::string const& second_cut) {
  return R"(name: "scission"
devices { name: "pi" use: "scission_raspberry_pi_4" domain: "user" }
devices { name: "edge" use: "scission_vm_2core" domain: "edge operator" }
devices { name: "cloud" use: "scission_i7_6700k" domain: "cloud operator" }
links { name: "access" use: "scission_wired_device_edge" from: "pi" to: "edge" latency_ms: 20 domain: "network" }
links { name: "backhaul" use: "scission_wired_edge_cloud" from: "edge" to: "cloud" latency_ms: 20 domain: "network" }
workloads {
  name: "w" model: "resnet50_keras_224px" cost_trace: "scission_resnet50" source: "pi" protocol: "plain_split"
  arrivals { fixed_rate { rate_per_s: 1 } } framing_bytes: 128 return_result: false
  placement { stages { on: "pi.cpu" until: ")" +
         first_cut + R"(" } stages { on: "edge.cpu" until: ")" + second_cut + R"(" } stages { on: "cloud.gpu" } }
}
stop { requests: 1 }
)";
}

double simulated_s(Catalog const& catalog, std::string const& first_cut, std::string const& second_cut) {
  Diagnostics diagnostics;
  auto const scenario =
      load_scenario_text("scission.textproto", scenario_text(first_cut, second_cut), {}, catalog, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(scenario.has_value());
  return run(*scenario).all.latency_s->mean;
}

}  // namespace

TEST_CASE("Every three-tier plan for ResNet-50 takes what Scission's formula says: blocks, pings, bytes over bandwidth") {
  Catalog const catalog(std::nullopt);
  Located<proto::Model> const* entry = catalog.models.find_model("resnet50_keras_224px");
  Diagnostics diagnostics;
  Model const model = load_model(entry->message, entry->where(), diagnostics).value();
  auto const bytes_after = [&](Block const& block) {
    return 4.0 * static_cast<double>(model.shape(*model.find(block.last)).elements()) + 128;
  };
  std::vector<Block> const pi = blocks_on("scission_raspberry_pi_4", "cpu");
  std::vector<Block> const edge = blocks_on("scission_vm_2core", "cpu");
  std::vector<Block> const cloud = blocks_on("scission_i7_6700k", "gpu");
  REQUIRE(pi.size() == 24);
  int plans = 0;
  double worst = 0;
  for (std::size_t first = 1; first + 2 <= pi.size(); ++first) {
    for (std::size_t second = first + 1; second + 1 <= pi.size(); ++second) {
      double const expected_s = sum(pi, 0, first) + 0.020 + bytes_after(pi[first - 1]) * 8 / 20e6 +
                                sum(edge, first, second) + 0.020 + bytes_after(pi[second - 1]) * 8 / 50e6 +
                                sum(cloud, second, cloud.size());
      double const got_s = simulated_s(catalog, pi[first - 1].last, pi[second - 1].last);
      INFO("cut after " << pi[first - 1].last << " and " << pi[second - 1].last);
      REQUIRE(got_s == Approx(expected_s).epsilon(1e-9));
      worst = std::max(worst, std::abs(got_s - expected_s) / expected_s);
      ++plans;
    }
  }
  std::printf("validation: Scission, ResNet-50 over three tiers: %d plans, largest deviation %.1e (tolerance 1e-9)\n",
              plans, worst);
}

}  // namespace coinfer
