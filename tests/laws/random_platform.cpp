#include "tests/laws/random_platform.hpp"

#include <cmath>

#include "sim/base/number_format.hpp"

namespace coinfer::laws {

std::string Draw::number(double low, double high) {
  double constexpr steps_per_unit = 100;
  return shortest(std::floor((low + (high - low) * stream_.uniform()) * steps_per_unit) / steps_per_unit);
}

namespace {

std::vector<std::string> const domains = {"user", "edge operator", "cloud operator", "network"};

std::string processor_text(Draw& draw, std::string const& name) {
  std::string text = "  processors { name: \"" + name + "\" kind: " + (name == "cpu" ? "CPU" : "GPU");
  text += " rates { type: FP32 gflop_per_s: " + draw.number(1, 50) + " }";
  text += " rates { type: FP16 gflop_per_s: " + draw.number(1, 100) + " efficiency: 0.5 }";
  text += " rates { type: BF16 gflop_per_s: " + draw.number(0.2, 20) + " }";
  if (draw.chance(0.5)) text += " memory_gb_per_s: " + draw.number(0.5, 20);
  if (draw.chance(0.5)) text += " launch_us: " + draw.number(0, 500);
  if (draw.chance(0.4)) text += " slots: " + std::to_string(1 + draw.below(3));
  if (draw.chance(0.3)) text += " discipline: PROCESSOR_SHARING";
  if (draw.chance(0.9)) text += " idle_w: " + draw.number(0, 5) + " busy_w: " + draw.number(5, 50);
  return text + " }\n";
}

std::string enclave_text(Draw& draw, RandomPlace& place, std::string const& name) {
  std::string text = "  enclaves { name: \"" + name + "\" on: \"" + (place.gpu ? "gpu" : "cpu") + "\"";
  place.tight = draw.chance(0.3);
  if (place.tight || draw.chance(0.5)) {
    text += " protected_memory_mib: " + (place.tight ? draw.number(0.02, 0.3) : draw.number(4, 8));
    text += " paging { jump_ms: " + draw.number(0, 5) + " gb_per_s: " + draw.number(0.1, 2) + " }";
  }
  if (draw.chance(0.6)) text += " entry_us: " + draw.number(0, 900);
  if (draw.chance(0.6)) text += " compute_slowdown: " + draw.number(1, 2) + " memory_slowdown: " + draw.number(1, 3);
  if (draw.chance(0.2)) text += " im2col: true";
  if (draw.chance(0.2)) text += " keeps_activations: true";
  if (draw.chance(place.gpu ? 0.8 : 0.2)) {
    text += " bridge {";
    if (draw.chance(0.8)) text += " gb_per_s: " + draw.number(0.01, 1);
    if (draw.chance(0.8)) text += " toll_us: " + draw.number(0, 900);
    if (draw.chance(0.5)) text += " toll_per_sequence_us: " + draw.number(0, 200);
    text += " }";
  }
  if (draw.chance(0.5)) text += " initialisation_ms: " + draw.number(0, 300);
  if (draw.chance(0.6)) {
    text += " attestation { quote_ms: " + draw.number(0, 50);
    if (draw.chance(0.5)) text += " quotes_at_once: " + std::to_string(1 + draw.below(2));
    if (draw.chance(0.7)) text += " verify_ms: " + draw.number(0, 50);
    text += " }";
  }
  if (draw.chance(0.3)) text += " concurrency: " + std::to_string(1 + draw.below(2));
  if (draw.chance(0.3)) text += " aes_gcm_gbit_per_s: " + draw.number(0.1, 5);
  return text + " }\n";
}

std::string device_text(Draw& draw, std::string const& name, std::uint32_t index, std::uint32_t count,
                        RandomPlatform& platform) {
  std::string text = "devices {\n  name: \"" + name + "\" domain: \"" + draw.one_of(domains) + "\"";
  if (count > 1) text += " count: " + std::to_string(count);
  text += " aes_gcm_gbit_per_s: " + draw.number(0.1, 5);
  if (draw.chance(0.5)) text += " price_usd_per_hour: " + draw.number(0, 4);
  if (draw.chance(0.3)) text += " memory_gib: 64";
  text += "\n";
  std::vector<RandomPlace> enclaves;
  for (std::string const processor : {"cpu", "gpu"}) {
    bool const gpu = processor == "gpu";
    if (gpu && draw.chance(0.4)) continue;
    text += processor_text(draw, processor);
    std::string const here = (name + ".").append(processor);
    platform.places.push_back({index, here, here, gpu, false, false});
    if (!draw.chance(0.6)) continue;
    std::string const mode = gpu ? "cc" : "tee";
    enclaves.push_back({index, (name + ".").append(mode), here, gpu, true, false});
    text += enclave_text(draw, enclaves.back(), mode);
  }
  platform.places.insert(platform.places.end(), enclaves.begin(), enclaves.end());
  return text + "}\n";
}

std::string link_text(Draw& draw, std::string const& name, std::string from, std::string to, bool may_be_private) {
  if (draw.chance(0.4)) std::swap(from, to);
  bool const half = draw.chance(0.25);
  std::string text = "links { name: \"" + name + "\" from: \"" + from + "\" to: \"" + to + "\"";
  text += " domain: \"" + draw.one_of(domains) + "\"";
  std::vector<std::string> const round = {"4", "8", "20", "80"};
  text += " up_mbit_per_s: " + (draw.chance(0.6) ? draw.one_of(round) : draw.number(1, 100));
  if (!half && draw.chance(0.5)) text += " down_mbit_per_s: " + draw.number(1, 100);
  text += " latency_ms: " + (draw.chance(0.3) ? "0" : draw.number(0, 40));
  if (half) text += " duplex: HALF";
  if (draw.chance(0.3)) text += " sharing: FIFO_ORDER";
  if (may_be_private && draw.chance(0.6)) text += " private: true";
  if (draw.chance(0.25)) text += " jitter_ms { log_normal { median: " + draw.number(0.1, 10) + " sigma: 0.8 } }";
  if (draw.chance(0.9)) text += " up_j_per_mb: " + draw.number(0, 5) + " down_j_per_mb: " + draw.number(0, 5);
  if (draw.chance(0.4)) text += " up_usd_per_gb: " + draw.number(0, 1);
  if (draw.chance(0.4)) text += " down_usd_per_gb: " + draw.number(0, 1);
  return text + " }\n";
}

}  // namespace

RandomPlatform random_platform(Draw& draw, Names const& names) {
  RandomPlatform platform;
  std::vector<std::string> core;  // nodes that forward: everything but fleets
  std::vector<std::string> fleets;
  std::uint32_t const devices = 1 + draw.below(4);
  for (std::uint32_t i = 0; i < devices; ++i) {
    std::uint32_t const count = draw.chance(0.4) ? 2 + draw.below(19) : 1;
    (count > 1 ? fleets : core).push_back(names.device(i));
    platform.counts.push_back(count);
    platform.text += device_text(draw, names.device(i), i, count, platform);
  }
  std::uint32_t const hubs = std::max<std::uint32_t>(draw.below(3), core.empty() ? 1 : 0);
  for (std::uint32_t i = 0; i < hubs; ++i) {
    core.insert(core.begin() + draw.below(static_cast<std::uint32_t>(core.size()) + 1), names.hub(i));
    platform.text += "switches: \"" + names.hub(i) + "\"\n";
  }
  std::uint32_t links = 0;
  auto const add_link = [&](std::string const& from, std::string const& to, bool may_be_private) {
    platform.text += link_text(draw, names.link(links++), from, to, may_be_private);
  };
  for (std::uint32_t i = 1; i < core.size(); ++i) add_link(core[draw.below(i)], core[i], false);
  for (std::string const& fleet : fleets) add_link(fleet, draw.one_of(core), true);
  if (core.size() > 2 && draw.chance(0.4)) add_link(core.front(), core.back(), false);
  return platform;
}

}  // namespace coinfer::laws
