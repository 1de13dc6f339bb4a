// How fast does the planner answer over three tiers, beside pricing every placement one by one? The two must agree on the
// best latency.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "scenarios/planner/placement_search.hpp"

namespace {

using namespace coinfer;

std::string scenario_text(std::string const& model) {
  return "name: \"bench\"\n"
         "devices { name: \"pi\" use: \"raspberry_pi_4\" domain: \"user\" }\n"
         "devices { name: \"edge\" use: \"jetson_agx_orin\" domain: \"edge operator\" }\n"
         "devices { name: \"cloud\" use: \"t4\" domain: \"cloud operator\" }\n"
         "links { name: \"access\" use: \"wifi_n\" from: \"pi\" to: \"edge\" domain: \"network\" }\n"
         "links { name: \"backhaul\" from: \"edge\" to: \"cloud\" domain: \"network\" up_mbit_per_s: 50 latency_ms: 20 }\n"
         "workloads { name: \"w\" source: \"pi\" protocol: \"local_only\" placement { stages { on: \"pi.cpu\" } }\n"
         "  arrivals { fixed_rate { rate_per_s: 1 } } model: \"" +
         model + "\" }\nplan { tiers: \"pi.cpu\" tiers: \"edge.gpu\" tiers: \"cloud.gpu\"" + " }\nstop { requests: 1 }\n";
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

struct Exhaustive {
  double best_s = 1e300;
  std::size_t placements = 0;
};

/// Prices the placements of every pair of cuts, the second behind the first: all that three tiers have.
Exhaustive price_all(PlanSetting const& setting, PlacementSearch const& search) {
  CutLattice const& cuts = search.cuts();
  Exhaustive all;
  auto const price = [&](CutIndex first, CutIndex second) {
    Placement placement = setting.own;
    for (std::uint32_t layer = 0; layer < cuts.layers(); ++layer) {
      std::size_t const tier = cuts.holds(first, layer) ? 0 : cuts.holds(second, layer) ? 1 : 2;
      placement.of_layer[layer] = setting.tiers[tier].at;
    }
    auto const priced = price_placement(setting, search.pricer(), placement);
    if (!priced) return;
    ++all.placements;
    all.best_s = std::min(all.best_s, priced->latency_s());
  };
  for (CutIndex first = 0; first < cuts.size(); ++first) {
    price(first, first);
    for (CutIndex const second : cuts.after(first)) price(first, second);
  }
  return all;
}

bool measure(std::string const& model, Catalog const& catalog) {
  PlanSetting const setting = load_plan_setting({"bench", scenario_text(model), {}, "", {}, {}, false}, catalog);
  auto const begun = std::chrono::steady_clock::now();
  PlacementSearch search(setting);
  double const best_s = search.best(PlanFigure::latency_s, 5, bounds_of(setting)).front().latency_s();
  double const latency_s = seconds_since(begun);
  double const rate_per_s = search.best(PlanFigure::loads, 5, bounds_of(setting)).front().throughput_per_s();
  double const throughput_s = seconds_since(begun) - latency_s;
  std::size_t const front = search.front(bounds_of(setting)).size();
  double const front_s = seconds_since(begun) - latency_s - throughput_s;
  auto const again = std::chrono::steady_clock::now();
  Exhaustive const all = price_all(setting, search);
  std::printf("%-24s %6zu %8zu %9zu %9.3f %9.3f %9.3f %6zu %9.2f  %.6g s, %.6g per s\n", model.c_str(),
              setting.model.layers().size(), search.cuts().size(), all.placements, latency_s, throughput_s, front_s, front,
              seconds_since(again), best_s, rate_per_s);
  bool const agree = std::abs(all.best_s / best_s - 1) < 1e-9;
  if (!agree) std::printf("  exhaustive search finds %.9g s\n", all.best_s);
  return agree;
}

}  // namespace

int main() {
  Catalog const catalog(std::nullopt);
  std::printf("%-24s %6s %8s %9s %9s %9s %9s %6s %9s  %s\n", "model", "layers", "cuts", "placements", "latency s", "rate s",
              "front s", "size", "all s", "best latency");
  bool agree = true;
  for (char const* model : {"vgg19_bn_64px", "ir152_64px", "resnet50_224px", "mobilenet_v2_224px"}) {
    agree = measure(model, catalog) && agree;
  }
  return agree ? EXIT_SUCCESS : EXIT_FAILURE;
}
