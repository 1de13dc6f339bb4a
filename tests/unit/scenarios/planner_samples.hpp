// Small planning problems drawn from a seed, and the answer of whoever tries everything.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "scenarios/planner/priced_placement.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/random.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer::samples {

/// A model that is a random graph, on a chain of machines: "t0" owns the data, "t1" and so on follow.
class RandomPlanning {
 public:
  RandomPlanning(std::uint64_t seed, std::uint32_t tiers, std::uint32_t layers, bool enclaves)
      : stream_(seed, "tests.planner", 0) {
    text_ = "name: \"s\"\n";
    for (std::uint32_t t = 0; t < tiers; ++t) add_device(t, enclaves && t > 0);
    for (std::uint32_t t = 1; t < tiers; ++t) add_link(t);
    add_workload(layers);
    text_ += "stop { requests: 1 }\n";
  }

  [[nodiscard]] std::string const& text() const { return text_; }
  double between(double low, double high) { return low + (high - low) * stream_.uniform(); }
  bool chance(double share) { return stream_.uniform() < share; }
  std::uint32_t below(std::uint64_t n) { return static_cast<std::uint32_t>(stream_.below(n)); }

 private:
  std::string number(double low, double high) { return shortest(between(low, high)); }

  void add_device(std::uint32_t t, bool enclave) {
    std::string const name = "t" + std::to_string(t);
    text_ += "devices { name: \"" + name + "\" domain: \"" + name + " owner\" price_usd_per_hour: " + number(0, 3) +
             " aes_gcm_gbit_per_s: " + number(1, 3) +
             " processors { name: \"cpu\" kind: CPU rates { type: FP32 gflop_per_s: " + number(0.001, 0.004 * (t + 1)) +
             " } memory_gb_per_s: " + number(0.001, 0.01) + " launch_us: " + number(10, 5000) + " idle_w: " + number(0, 3) +
             " busy_w: " + number(3, 30) + " }";
    if (enclave && chance(0.5)) {
      text_ += " enclaves { name: \"tee\" on: \"cpu\" entry_us: " + number(10, 900) + " compute_slowdown: 1.3" +
               " memory_slowdown: 1.7 protected_memory_mib: " + number(0.5, 4) + " paging { jump_ms: 3 gb_per_s: 0.5 }";
      if (chance(0.5)) text_ += " bridge { gb_per_s: 0.2 toll_us: 300 }";
      text_ += " }";
    }
    text_ += " }\n";
  }

  void add_link(std::uint32_t t) {
    text_ += "links { name: \"l" + std::to_string(t) + "\" from: \"t" + std::to_string(t - 1) + "\" to: \"t" +
             std::to_string(t) + "\" domain: \"network\" up_mbit_per_s: " + number(0.2, 4) +
             " latency_ms: " + number(0, 20) + " up_j_per_mb: " + number(0, 9) +
             " down_j_per_mb: 1 up_usd_per_gb: " + number(0, 2);
    if (chance(0.3)) text_ += " duplex: HALF";
    if (chance(0.3)) text_ += " sharing: FIFO_ORDER";
    text_ += " }\n";
  }

  void add_workload(std::uint32_t layers) {
    text_ +=
        "workloads { name: \"w\" source: \"t0\" protocol: \"local_only\" attestation: NEVER framing_bytes: 100 "
        "placement { stages { on: \"t0.cpu\" } } arrivals { fixed_rate { rate_per_s: 0.001 } }\n";
    if (chance(0.2)) text_ += "transport: ENCRYPTED\n";
    if (chance(0.2)) text_ += "serialise_ms: 2\n";
    text_ += "model_inline { name: \"m\" input_shape: [300]\n";
    std::vector<bool> read(layers, false);
    for (std::uint32_t i = 0; i < layers; ++i) {
      std::vector<std::string> inputs;
      auto const take = [&](std::uint32_t from) {
        inputs.push_back("n" + std::to_string(from));
        read[from] = true;
      };
      if (i + 1 == layers) {
        for (std::uint32_t from = 0; from < i; ++from)
          if (!read[from]) take(from);
      } else if (i == 0 || chance(0.1)) {
        inputs.emplace_back("input");
      } else {
        std::uint32_t const first = below(i);
        take(first);
        std::uint32_t const second = below(i);
        if (second != first && chance(0.4)) take(second);
      }
      text_ += "parts { layer { name: \"n" + std::to_string(i) + "\"";
      for (std::string const& from : inputs) text_ += " inputs: \"" + from + "\"";
      text_ += inputs.size() > 1 ? " op { concat {} } } }\n"
                                 : " op { linear { out_features: " + std::to_string(20 + below(900)) + " } } } }\n";
    }
    text_ += "} }\n";
  }

  RandomStream stream_;
  std::string text_;
};

/// Every assignment of layers to tiers in which data moves forward and that the protocol runs, priced one by one.
inline std::vector<PricedPlacement> try_everything(PlanSetting const& setting, IdlePricer const& pricer) {
  std::vector<PricedPlacement> all;
  std::vector<std::size_t> tier(setting.model.layers().size(), 0);
  Placement placement = setting.own;
  auto const assign = [&](auto const& self, std::uint32_t layer) -> void {
    if (layer == tier.size()) {
      if (auto priced = price_placement(setting, pricer, placement)) all.push_back(std::move(*priced));
      return;
    }
    std::size_t first = 0;
    for (LayerId const read : setting.model.layer(LayerId(layer)).inputs) {
      if (read != model_input) first = std::max(first, tier[read.index()]);
    }
    for (tier[layer] = first; tier[layer] < setting.tiers.size(); ++tier[layer]) {
      placement.of_layer[layer] = setting.tiers[tier[layer]].at;
      self(self, layer + 1);
    }
  };
  assign(assign, 0);
  return all;
}

inline PlanSetting setting_of(std::string const& text) {
  return load_plan_setting({"s.textproto", text, {}, "", {}, {}, false}, catalog());
}

}  // namespace coinfer::samples
