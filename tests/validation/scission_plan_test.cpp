// The plans that Scission (Lockhart, Harvey, Imai, Willis, Varghese, UCC 2020) publishes with its measurements, under its
// own contract. They are predictions of its formula, so this is a test of exactness and no evidence of realism. Nothing is
// fitted. Tolerance: the four decimals that are published.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "scenarios/planner/scission_contract.hpp"
#include "sim/base/files.hpp"

namespace coinfer {
namespace {

bool skipped(char const* title) {
  if (std::filesystem::exists(COINFER_SOURCE_DIR "/../shared/data/devices")) return false;
  std::printf("SKIPPED: %s: shared data is absent\n", title);
  return true;
}

ScissionTables tables_of(std::string const& model, std::string const& preset) {
  std::string const folder = COINFER_SOURCE_DIR "/../shared/data/devices/";
  Diagnostics diagnostics;
  auto const tables = load_scission_tables(folder + "scission_layers.csv", read_file(folder + "scission_layers.csv"),
                                           folder + "scission_links.csv", read_file(folder + "scission_links.csv"), model,
                                           preset, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(tables.has_value());
  return *tables;
}

/// Whoever tries every pipeline over all three tiers.
double best_by_trying(ScissionTables const& tables) {
  double best_s = 1e300;
  std::size_t const blocks = tables.output_bytes.size();
  for (auto const& first : tables.machines) {
    for (auto const& second : tables.machines) {
      for (auto const& third : tables.machines) {
        if (first.tier != "device" || second.tier != "edge" || third.tier != "cloud") continue;
        for (std::size_t i = 1; i + 1 < blocks; ++i) {
          for (std::size_t j = i + 1; j < blocks; ++j) {
            double time_s = 0;
            for (std::size_t b = 0; b < blocks; ++b) {
              time_s += (b < i ? first : b < j ? second : third).block_time_s[b];
            }
            auto const hop = [&](auto const& from, auto const& to, std::size_t block) {
              auto const& link = tables.links.at({from.name, to.name});
              time_s += link.ping_s + tables.output_bytes[block] * 8 / link.bit_per_s;
            };
            hop(first, second, i - 1);
            hop(second, third, j - 1);
            best_s = std::min(best_s, time_s);
          }
        }
      }
    }
  }
  return best_s;
}

}  // namespace

TEST_CASE("The five plans that Scission publishes come out in the same order with the same times") {
  if (skipped("The five plans that Scission publishes come out in the same order with the same times")) return;
  struct Published {
    std::string edge;
    int edge_last;
    std::string cloud;
    double time_s;
  };
  std::vector<Published> const published = {{"vm2Core", 11, "6700k(GPU)", 9.0106},
                                            {"2500", 11, "6700k(GPU)", 9.0594},
                                            {"vm2Core", 11, "6700k(NoGPU)", 9.0721},
                                            {"2500", 11, "6700k(NoGPU)", 9.1209},
                                            {"vm2Core", 12, "6700k(GPU)", 9.1511}};
  // The published query is not: these pins are the weakest under which its five plans are the best five.
  std::vector<ScissionPlan> const plans = scission_plans(tables_of("vgg19", "3g"), 5, true, {{7, "edge"}, {13, "cloud"}});
  REQUIRE(plans.size() == published.size());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    INFO(i);
    REQUIRE(plans[i].stages.size() == 3);
    CHECK(plans[i].stages[0].machine == "raspi4");
    CHECK(plans[i].stages[0].last_layer == 6);
    CHECK(plans[i].stages[1].machine == published[i].edge);
    CHECK(plans[i].stages[1].last_layer == published[i].edge_last);
    CHECK(plans[i].stages[2].machine == published[i].cloud);
    CHECK(std::round(plans[i].time_s * 1e4) / 1e4 == published[i].time_s);
  }
  std::printf("validation: Scission, the five published plans of VGG-19: order and times to four decimals\n");
}

TEST_CASE("The fastest pipeline over three tiers is that of trying all, for four models that Scission measured") {
  if (skipped("The fastest pipeline over three tiers is that of trying all, for four models that Scission measured"))
    return;
  for (std::string const model : {"vgg19", "vgg16", "resnet50", "mobilenetv2"}) {
    INFO(model);
    for (std::string const preset : {"3g", "wired"}) {
      ScissionTables const tables = tables_of(model, preset);
      CHECK(scission_plans(tables, 1, true).front().time_s == Approx(best_by_trying(tables)).epsilon(1e-12));
    }
  }
}

}  // namespace coinfer
