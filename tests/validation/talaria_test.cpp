// Validation of Talaria (Huang et al., arXiv 2603.00196) against what its structure says, through whole runs of one user:
// 4 L + 1 round trips per token for L blocks, the bytes of a token, and what a round-trip time costs per token. The
// publication gives no absolute times, so nothing is fitted and nothing else can be tested. The counts are exact; bytes are
// held to the digits that were derived by hand from the architectures (bf16: up d + d_q + d + d_ff, down
// (d_q + 2 d_kv) + d + 2 d_ff + d values per block, the head d up and V down).
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {
namespace {

struct Case {
  std::string model;
  std::string gpu;
  std::string weight_type;
  double trips;
  double up_mb;
  double down_mb;
};

/// The 70B model's products fit one gpu in eight bits only; values cross in bf16 all the same.
std::array<Case, 4> const cases{{{"llama_2_7b", "a100_sxm_80", "BF16", 129, 1.499, 2.784},
                                 {"llama_3_8b", "a100_sxm_80", "BF16", 129, 1.712, 3.009},
                                 {"qwen2_5_7b", "a100_sxm_80", "BF16", 113, 1.670, 3.085},
                                 {"llama_3_70b", "h200_sxm_141", "INT8", 321, 8.536, 13.691}}};

std::string scenario_text(Case const& one, double round_trip_ms, int output_tokens) {
  return R"(name: "talaria"
devices { name: "client" use: "apple_m1" domain: "user" }
devices { name: "vm" use: "xeon_8480" domain: "cloud operator" memory_gib: 512 enclaves { name: "tdx" use: "tdx" } }
devices { name: "cloud" use: ")" +
         one.gpu + R"(" domain: "cloud operator" }
links { name: "access" from: "client" to: "vm" up_mbit_per_s: 1000 latency_ms: 10 domain: "network" }
links { name: "fabric" from: "vm" to: "cloud" up_mbit_per_s: 100000 domain: "cloud operator" latency_ms: )" +
         shortest(round_trip_ms / 2) + R"( }
servers { on: "vm.cpu" }
workloads {
  name: "chat" model: ")" +
         one.model + R"(" weight_type: )" + one.weight_type + R"( source: "client" attestation: NEVER wire_type: BF16
  arrivals { closed_loop { users: 1 } } tokens { prompt { constant: 20 } output { constant: )" +
         std::to_string(output_tokens) + R"( } }
  protocol: "talaria" options { talaria { rank_ratio: 0.5 setup: false linears_on: "cloud.gpu" } }
  placement { stages { on: "vm.tdx" } }
}
stop { requests: 1 }
)";
}

Results simulate(Catalog const& catalog, Case const& one, double round_trip_ms, int output_tokens) {
  Diagnostics diagnostics;
  auto const scenario =
      load_scenario_text("talaria.textproto", scenario_text(one, round_trip_ms, output_tokens), {}, catalog, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(scenario.has_value());
  return run(*scenario);
}

/// One direction of the link between the confidential VM and the gpu.
ResourceResult fabric(Results const& results, std::string const& direction) {
  auto const found = std::find_if(results.resources.begin(), results.resources.end(),
                                  [&](ResourceResult const& one) { return one.resource == "fabric " + direction; });
  REQUIRE(found != results.resources.end());
  return *found;
}

double gap_ms(Catalog const& catalog, Case const& one, double round_trip_ms) {
  return 1e3 * simulate(catalog, one, round_trip_ms, 11).all.tpot_s->mean;
}

}  // namespace

TEST_CASE("Talaria makes 4 L + 1 round trips per token and moves the bytes that the architecture says") {
  Catalog const catalog(std::nullopt);
  for (Case const& one : cases) {
    INFO(one.model);
    // Ten tokens more, so that the prompt and the first token are left out.
    Results const few = simulate(catalog, one, 0.1, 1);
    Results const many = simulate(catalog, one, 0.1, 11);
    auto const per_token = [&](auto const& amount) { return (amount(many) - amount(few)) / 10; };
    double const up_trips = per_token([](Results const& r) { return static_cast<double>(fabric(r, "up").served); });
    double const down_trips = per_token([](Results const& r) { return static_cast<double>(fabric(r, "down").served); });
    double const up_mb = per_token([](Results const& r) { return *fabric(r, "up").bytes / 1e6; });
    double const down_mb = per_token([](Results const& r) { return *fabric(r, "down").bytes / 1e6; });
    std::printf("validation: Talaria, %s: %.0f round trips, %.3f MB up, %.3f MB down per token\n", one.model.c_str(),
                up_trips, up_mb, down_mb);
    CHECK(up_trips == one.trips);
    CHECK(down_trips == one.trips);
    CHECK(up_mb == Approx(one.up_mb).margin(0.0005));
    CHECK(down_mb == Approx(one.down_mb).margin(0.0005));
  }
}

TEST_CASE("Talaria pays each round-trip time once per trip: 12.9, 129 and 1290 ms per token at 0.1, 1 and 10 ms") {
  Catalog const catalog(std::nullopt);
  for (Case const& one : cases) {
    double const without_ms = gap_ms(catalog, one, 0);
    std::printf("validation: Talaria, %s: %.1f ms per token without latency;", one.model.c_str(), without_ms);
    for (double const round_trip_ms : {0.1, 1.0, 10.0}) {
      double const added_ms = gap_ms(catalog, one, round_trip_ms) - without_ms;
      std::printf(" +%.1f at %s ms", added_ms, shortest(round_trip_ms).c_str());
      CHECK(added_ms == Approx(one.trips * round_trip_ms).epsilon(1e-6));
    }
    std::printf("\n");
  }
}

}  // namespace coinfer
