#include "scenarios/planner/priced_placement.hpp"

#include <cassert>
#include <limits>

#include "scenarios/planner/shown_leakage.hpp"
#include "sim/base/number_format.hpp"
#include "workloads/memory_fit.hpp"

namespace coinfer {

namespace {

double constexpr unknown = std::numeric_limits<double>::infinity();
double constexpr ms = 1e-3;

bool fits_memory(PlanSetting const& setting, Placement const& placement) {
  std::map<DeviceId, std::vector<LayerId>> layers;
  for (std::uint32_t i = 0; i < placement.of_layer.size(); ++i) layers[placement.of_layer[i].device].emplace_back(i);
  for (auto const& [device, list] : layers) {
    std::optional<Bytes> const memory = setting.scenario.platform.device(device).memory;
    if (!memory) continue;
    Bytes needed = memory_needed(setting.model, list);
    Bytes others;
    if (auto const held = setting.held.find(device); held != setting.held.end()) {
      for (auto const& [model, bytes] : held->second) {
        if (model == setting.model.name()) {
          needed = std::max(needed, bytes);
        } else {
          others += bytes;
        }
      }
    }
    if (needed + others > *memory) return false;
  }
  return true;
}

bool pins_allow(PlanSetting const& setting, Placement const& placement) {
  for (std::uint32_t i = 0; i < placement.of_layer.size(); ++i) {
    for (std::size_t t = 0; t < setting.tiers.size(); ++t) {
      if (setting.tiers[t].at == placement.of_layer[i] && !setting.allowed[t][i]) return false;
    }
  }
  return true;
}

bool keeps(PlanSetting const& setting, PricedPlacement const& priced, PlanBound bound) {
  proto::PlanConstraints const& limit = setting.constraints;
  switch (bound) {
    case PlanBound::latency:
      return priced.latency_s() <= limit.latency_ms() * ms;
    case PlanBound::throughput:
      return priced.throughput_per_s() >= limit.throughput_per_s();
    case PlanBound::bytes:
      return priced.bytes <= limit.bytes();
    case PlanBound::energy:
      return priced.energy_j.value_or(unknown) <= limit.energy_j();
    case PlanBound::money:
      return priced.cost_usd.value_or(unknown) <= limit.cost_usd();
    case PlanBound::places:
      return priced.places <= limit.places();
    case PlanBound::pins:
      return pins_allow(setting, priced.placement);
    case PlanBound::memory:
      return fits_memory(setting, priced.placement);
    case PlanBound::floors:
      break;
  }
  std::string why;
  std::optional<Plan> const plan = compile_placement(setting, priced.placement, why);
  return plan && missed_floor(setting, *plan).empty();
}

}  // namespace

std::string to_text(PlanBound bound, proto::PlanConstraints const& constraints) {
  switch (bound) {
    case PlanBound::latency:
      return "latency_ms at most " + shortest(constraints.latency_ms());
    case PlanBound::throughput:
      return "throughput_per_s at least " + shortest(constraints.throughput_per_s());
    case PlanBound::bytes:
      return "bytes at most " + shortest(constraints.bytes());
    case PlanBound::energy:
      return "energy_j at most " + shortest(constraints.energy_j());
    case PlanBound::money:
      return "cost_usd at most " + shortest(constraints.cost_usd());
    case PlanBound::places:
      return "places at most " + std::to_string(constraints.places());
    case PlanBound::pins:
      return "the pins";
    case PlanBound::memory:
      return "the memory of devices";
    case PlanBound::floors:
      break;
  }
  return "the privacy floors";
}

std::set<PlanBound> bounds_of(PlanSetting const& setting) {
  proto::PlanConstraints const& given = setting.constraints;
  std::set<PlanBound> bounds = {PlanBound::memory};
  if (given.has_latency_ms()) bounds.insert(PlanBound::latency);
  if (given.has_throughput_per_s()) bounds.insert(PlanBound::throughput);
  if (given.has_bytes()) bounds.insert(PlanBound::bytes);
  if (given.has_energy_j()) bounds.insert(PlanBound::energy);
  if (given.has_cost_usd()) bounds.insert(PlanBound::money);
  if (given.has_places()) bounds.insert(PlanBound::places);
  if (setting.pinned) bounds.insert(PlanBound::pins);
  if (!setting.scenario.floors.empty()) bounds.insert(PlanBound::floors);
  return bounds;
}

double figure_of(PricedPlacement const& priced, PlanFigure figure, PlanSetting const& setting) {
  switch (figure) {
    case PlanFigure::latency_s:
      return priced.latency_s();
    case PlanFigure::energy_j:
      return priced.energy_j.value_or(unknown);
    case PlanFigure::cost_usd:
      return priced.cost_usd.value_or(unknown);
    case PlanFigure::bytes:
      return priced.bytes;
    case PlanFigure::places:
      return static_cast<double>(priced.places);
    case PlanFigure::leakage:
      assert(priced.leakage.has_value());
      return leakage_rank(setting, *priced.leakage);
    case PlanFigure::loads:
      break;
  }
  return priced.bottleneck_s;
}

std::optional<PricedPlacement> price_placement(PlanSetting const& setting, IdlePricer const& pricer,
                                               Placement const& placement) {
  std::string why;
  std::optional<Plan> const plan = compile_placement(setting, placement, why);
  if (!plan) return std::nullopt;
  PricedPlacement priced;
  priced.placement = placement;
  priced.price = pricer.price(*plan);
  std::vector<double> const& usage = priced.price.usage;
  if (auto const energy = pricer.energy(usage)) priced.energy_j = energy->value();
  if (auto const cost = pricer.cost(usage)) priced.cost_usd = cost->value();
  priced.bytes = pricer.bytes(usage).value();
  std::size_t const busiest = pricer.bottleneck(usage);
  priced.bottleneck_s = pricer.loads_s(usage)[busiest];
  if (priced.bottleneck_s > 0) priced.bottleneck = pricer.name(busiest);
  priced.places = placement.processors().size();
  if (setting.leakage) priced.leakage = leakage_of(setting, *plan);
  return priced;
}

std::set<PlanBound> missed_bounds(PlanSetting const& setting, PricedPlacement const& priced,
                                  std::set<PlanBound> const& asked) {
  std::set<PlanBound> missed;
  for (PlanBound const bound : asked) {
    if (!keeps(setting, priced, bound)) missed.insert(bound);
  }
  return missed;
}

}  // namespace coinfer
