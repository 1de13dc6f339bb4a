// The answer of `coinfer plan`: the best placements by their closed-form price, simulated under the scenario's load.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/planner/placement_search.hpp"
#include "scenarios/results.hpp"

namespace coinfer {

/// A placement under the scenario's load.
struct SimulatedPlacement {
  std::string failure;  ///< why it could not run; then nothing below is known. Empty: it ran.
  std::optional<double> latency_mean_s;
  std::optional<double> latency_p95_s;
  std::optional<double> latency_p99_s;
  std::optional<double> throughput_per_s;
  std::optional<double> energy_j;  ///< of everything in the scenario less idle power, by request let in
  /// Of everything in the scenario, rent of idle machines included, by request let in; absent where a machine that the
  /// placement uses has no price.
  std::optional<double> cost_usd;
  std::optional<Saturation> load;
  std::vector<std::string> misses;  ///< bounds and floors that it does not keep
};

struct PlanChoice {
  PricedPlacement priced;
  std::string text;  ///< "pi.cpu to block3 | cloud.gpu"
  std::string protocol;
  std::vector<std::string> assignments;  ///< what `--set` takes; empty for an own placement that goes back
  bool own = false;                      ///< the scenario's own placement
  bool optimal = false;                  ///< not beaten in any figure of the Pareto front
  std::optional<std::size_t> rank;       ///< by the closed form, from 1; absent: not among the best that were looked at
  std::vector<std::string> misses;       ///< bounds that the closed form does not keep; only the scenario's own has any
  std::optional<SimulatedPlacement> simulated;
};

/// A bound, and the best that could be had of it where only pins, memory and floors bind.
struct BestOfBound {
  std::string bound;
  std::string best;                       ///< with unit; "nothing is possible" where those alone leave nothing
  std::vector<std::string> unknown = {};  ///< 'tiers' and 'links' whose placements have no such figure
};

struct PlanAnswer {
  std::string scenario;
  std::string workload;
  std::string model;
  proto::PlanObjective objective = proto::LATENCY;
  std::string leakage_metric;  ///< empty: not asked
  std::string adversary;
  std::vector<std::string> tiers;
  std::string searched;  ///< what, and whether that is exact
  double search_s = 0;   ///< wall time
  /// The best first, as simulated where the objective is latency and placements were simulated, otherwise by the closed
  /// form; the scenario's own stands among them, or last.
  std::vector<PlanChoice> choices;
  bool reordered = false;         ///< simulation put another one first, or changed the order
  std::vector<PlanChoice> front;  ///< the Pareto front by the closed form, by latency
  std::vector<std::string> front_figures;
  /// Where nothing keeps all bounds: the smallest sets of them that must be dropped.
  std::vector<std::vector<std::string>> conflicts;
  std::vector<BestOfBound> best_of_bounds;
  std::vector<std::string> notes;       ///< what is not known of machines in use, as a run says it
  std::vector<std::string> unchecked;   ///< bounds that only a simulation decides, where none was asked for
  std::optional<double> offered_per_s;  ///< mean rate of arrivals; absent: a closed loop or a replayed trace
  [[nodiscard]] bool feasible() const { return conflicts.empty(); }
  /// Whether placements were simulated and none of them kept every bound under the scenario's load, or could run.
  [[nodiscard]] bool none_keeps_under_load() const;
  /// Whether placements were simulated and all of them are asked for more than they can do.
  [[nodiscard]] bool all_overload() const;
};

/// Hears of each simulation before it runs, and once more at the end with no text.
using PlanProgress = std::function<void(std::size_t done, std::size_t total, std::string const& placement)>;

/// Throws InputError as `load_plan_setting` does, and where the objective is money and nothing has a price; RunError where
/// the objective is not known of any placement.
PlanAnswer find_plan(PlanRequest const& request, Catalog const& catalog, PlanProgress const& progress = {});

/// The figure that an objective makes small.
PlanFigure figure_of_objective(proto::PlanObjective objective);

/// Everything of `find_plan` but the simulations: the best by the closed form or, where they are to be simulated, those
/// that are worth it (simulated_choice.hpp).
PlanAnswer find_closed_form_plan(PlanSetting const& setting, bool to_simulate);

}  // namespace coinfer
