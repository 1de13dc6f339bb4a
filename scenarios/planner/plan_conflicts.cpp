#include "scenarios/planner/plan_conflicts.hpp"

#include <bit>

#include "platforms/energy.hpp"
#include "scenarios/report/readable.hpp"

namespace coinfer {

namespace {

/// The figure that a bound limits; nothing for those without a number.
std::optional<PlanFigure> figure_of_bound(PlanBound bound) {
  switch (bound) {
    case PlanBound::latency:
      return PlanFigure::latency_s;
    case PlanBound::throughput:
      return PlanFigure::loads;
    case PlanBound::bytes:
      return PlanFigure::bytes;
    case PlanBound::energy:
      return PlanFigure::energy_j;
    case PlanBound::money:
      return PlanFigure::cost_usd;
    case PlanBound::places:
      return PlanFigure::places;
    default:
      return std::nullopt;
  }
}

std::string value_text(PlanBound bound, PricedPlacement const& best) {
  switch (bound) {
    case PlanBound::latency:
      return readable_duration(best.latency_s());
    case PlanBound::throughput:
      return readable_number(best.throughput_per_s()) + " requests/s";
    case PlanBound::bytes:
      return readable_size(best.bytes);
    case PlanBound::energy:
      return best.energy_j ? readable_number(*best.energy_j) + " J" : "none";
    case PlanBound::money:
      return best.cost_usd ? readable_number(*best.cost_usd) + " USD" : "none";
    default:
      return std::to_string(best.places);
  }
}

/// The tiers, and for energy the links, without which a figure is unknown.
std::vector<std::string> unknown_for(PlanSetting const& setting, PlanBound bound) {
  std::vector<std::string> names;
  if (bound != PlanBound::energy && bound != PlanBound::money) return names;
  Platform const& platform = setting.scenario.platform;
  for (PlanTier const& tier : setting.tiers) {
    Device const& device = platform.device(tier.at.device);
    Processor const& processor = device.processors[tier.at.processor];
    bool const known = bound == PlanBound::money ? device.price.has_value() : processor.busy && processor.idle;
    if (!known) names.push_back("'" + tier.name + "'");
  }
  if (bound == PlanBound::money) return names;
  for (Link const& link : platform.links()) {
    bool const known = transfer_energy(link, Direction::up, Bytes(1)) && transfer_energy(link, Direction::down, Bytes(1));
    if (!known) names.push_back("'" + link.name + "'");
  }
  return names;
}

}  // namespace

std::vector<std::vector<std::string>> find_conflicts(PlanSetting const& setting, PlacementSearch& search) {
  std::set<PlanBound> const all = bounds_of(setting);
  std::vector<PlanBound> const list(all.begin(), all.end());
  std::vector<std::vector<std::string>> conflicts;
  for (int size = 1; size <= static_cast<int>(list.size()) && conflicts.empty(); ++size) {
    for (std::uint32_t dropped = 1; dropped < (1U << list.size()); ++dropped) {
      if (std::popcount(dropped) != size) continue;
      std::set<PlanBound> kept;
      std::vector<std::string> names;
      for (std::size_t i = 0; i < list.size(); ++i) {
        if ((dropped >> i & 1U) != 0) {
          names.push_back(to_text(list[i], setting.constraints));
        } else {
          kept.insert(list[i]);
        }
      }
      if (!search.best(PlanFigure::latency_s, 1, kept).empty()) conflicts.push_back(std::move(names));
    }
  }
  if (conflicts.empty()) conflicts.emplace_back();
  return conflicts;
}

std::vector<BestOfBound> best_of_bounds(PlanSetting const& setting, PlacementSearch& search) {
  std::set<PlanBound> always;
  for (PlanBound const bound : bounds_of(setting)) {
    if (!figure_of_bound(bound)) always.insert(bound);
  }
  std::vector<BestOfBound> bests;
  for (PlanBound const bound : bounds_of(setting)) {
    std::optional<PlanFigure> const figure = figure_of_bound(bound);
    if (!figure) continue;
    std::vector<PricedPlacement> const best = search.best(*figure, 1, always);
    bests.push_back({to_text(bound, setting.constraints),
                     best.empty() ? "nothing is possible" : value_text(bound, best.front()),
                     best.empty() ? std::vector<std::string>{} : unknown_for(setting, bound)});
  }
  return bests;
}

}  // namespace coinfer
