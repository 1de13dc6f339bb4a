// One placement with its closed-form price, and which bounds it keeps.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/frontier/frontier.hpp"
#include "scenarios/planner/idle_price.hpp"
#include "scenarios/planner/placement_legs.hpp"
#include "scenarios/planner/plan_setting.hpp"

namespace coinfer {

/// What a placement may have to keep.
enum class PlanBound { latency, throughput, bytes, energy, money, places, pins, memory, floors };

/// "latency_ms at most 50", as the scenario has it; "the pins", "the memory", "the privacy floors".
std::string to_text(PlanBound bound, proto::PlanConstraints const& constraints);

/// Those that a setting has: the constraints given, pins and floors where there are any, and memory.
std::set<PlanBound> bounds_of(PlanSetting const& setting);

struct PricedPlacement {
  Placement placement;
  RequestPrice price;
  std::optional<double> energy_j;  ///< that a request adds; absent: not measured
  std::optional<double> cost_usd;  ///< absent: a machine that works has no price, or nothing has one
  double bytes = 0;
  double bottleneck_s = 0;  ///< that the busiest resource is taken by a request; 0 where nothing is used
  std::string bottleneck;   ///< its name
  std::size_t places = 0;   ///< different processors and enclaves
  std::optional<LeakageAnswer> leakage;

  [[nodiscard]] double latency_s() const { return price.latency.value(); }
  /// Infinite where nothing is used.
  [[nodiscard]] double throughput_per_s() const { return 1 / bottleneck_s; }
};

/// The figure as search compares it, smaller is better; infinite where it is not known. Loads: that of the bottleneck.
double figure_of(PricedPlacement const& priced, PlanFigure figure, PlanSetting const& setting);

/// Compiles and prices a placement; nothing where its protocol cannot run it.
std::optional<PricedPlacement> price_placement(PlanSetting const& setting, IdlePricer const& pricer,
                                               Placement const& placement);

/// The bounds that it does not keep, of those asked about. What is not known is not kept.
std::set<PlanBound> missed_bounds(PlanSetting const& setting, PricedPlacement const& priced,
                                  std::set<PlanBound> const& asked);

}  // namespace coinfer
