#include "scenarios/planner/find_plan.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "scenarios/planner/plan_conflicts.hpp"
#include "scenarios/planner/simulate_placement.hpp"
#include "scenarios/planner/simulated_choice.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

PlanChoice choice_of(PlanSetting const& setting, PricedPlacement priced) {
  PlanChoice choice;
  choice.text = placement_text(setting, priced.placement);
  choice.protocol = std::string(protocol_of(setting, priced.placement));
  choice.assignments = assignments_of(setting, priced.placement);
  choice.own = priced.placement == setting.own;
  choice.priced = std::move(priced);
  return choice;
}

void require_known_objective(PlanSetting const& setting, PlacementSearch const& search,
                             std::vector<PricedPlacement> const& found) {
  PlanFigure const figure = figure_of_objective(setting.objective);
  if (figure == PlanFigure::cost_usd && !search.pricer().cost(std::vector<double>(search.pricer().resources(), 0))) {
    throw InputError("the objective is MONEY, and nothing in this scenario has a price");
  }
  bool const any = std::any_of(found.begin(), found.end(), [&](PricedPlacement const& priced) {
    return std::isfinite(figure_of(priced, figure, setting));
  });
  if (!any && !found.empty()) {
    throw RunError(figure == PlanFigure::cost_usd
                       ? "the money of every placement found is unknown: each uses a machine that has no price"
                       : "the energy of every placement found is unknown: a power, or an energy per byte, is not measured");
  }
}

/// The scenario's own placement stands beside the best ones.
void add_own(PlanSetting const& setting, PlacementSearch const& search, PlanAnswer& answer) {
  bool const there =
      std::any_of(answer.choices.begin(), answer.choices.end(), [](PlanChoice const& choice) { return choice.own; });
  std::optional<PricedPlacement> priced;
  if (!there) priced = price_placement(setting, search.pricer(), setting.own);
  if (!priced) return;
  std::set<PlanBound> const missed = missed_bounds(setting, *priced, bounds_of(setting));
  answer.choices.push_back(choice_of(setting, std::move(*priced)));
  for (PlanBound const bound : missed) answer.choices.back().misses.push_back(to_text(bound, setting.constraints));
}

void mark_optimal(PlanAnswer& answer) {
  for (PlanChoice& choice : answer.choices) {
    choice.optimal = std::any_of(answer.front.begin(), answer.front.end(), [&](PlanChoice const& other) {
      return other.priced.placement == choice.priced.placement;
    });
  }
}

bool keeps_all(PlanChoice const& choice) {
  bool const simulated = choice.simulated && choice.simulated->failure.empty();
  return choice.misses.empty() && (!choice.simulated || (simulated && choice.simulated->misses.empty()));
}

/// Those that keep every bound first, then by mean latency; what completed nothing comes last.
void rank_by_simulation(PlanAnswer& answer) {
  auto const key = [](PlanChoice const& choice) {
    double const unknown = std::numeric_limits<double>::infinity();
    double const mean_s = choice.simulated ? choice.simulated->latency_mean_s.value_or(unknown) : unknown;
    bool const overloaded = choice.simulated && choice.simulated->load == Saturation::overloaded;
    return std::tuple(!keeps_all(choice), overloaded, mean_s);
  };
  std::stable_sort(answer.choices.begin(), answer.choices.end(),
                   [&](PlanChoice const& a, PlanChoice const& b) { return key(a) < key(b); });
  std::size_t last = 0;
  for (PlanChoice const& choice : answer.choices) {
    if (!choice.rank) continue;
    answer.reordered = answer.reordered || *choice.rank < last;
    last = *choice.rank;
  }
}

/// With another objective the order stays, but what misses a bound under load goes behind what keeps it.
void put_misses_last(PlanAnswer& answer) { std::stable_partition(answer.choices.begin(), answer.choices.end(), keeps_all); }

/// The machines that may take layers or own the data, each once.
std::vector<Device const*> machines_of(PlanSetting const& setting, std::vector<PlanChoice> const& choices) {
  std::set<DeviceId> used;
  for (PlanChoice const& choice : choices) {
    for (ProcessorRef const place : choice.priced.placement.processors()) used.insert(place.device);
  }
  std::vector<Device const*> machines;
  for (DeviceId const device : used) machines.push_back(&setting.scenario.platform.device(device));
  return machines;
}

/// What is not known of the machines in use, in the words of a run.
void add_notes(PlanSetting const& setting, PlanAnswer& answer) {
  std::vector<PlanChoice> shown = answer.choices;
  shown.insert(shown.end(), answer.front.begin(), answer.front.end());
  std::string unpriced;
  bool const priced = std::any_of(setting.scenario.platform.devices().begin(), setting.scenario.platform.devices().end(),
                                  [](Device const& device) { return device.price.has_value(); });
  for (Device const* const device : machines_of(setting, shown)) {
    if (!device->price) unpriced += (unpriced.empty() ? "'" : ", '") + device->name + "'";
    if (!device->memory) {
      answer.notes.push_back("memory of '" + device->name + "' is unknown: whether the model fits is not checked");
    }
  }
  if (priced && !unpriced.empty())
    answer.notes.push_back("money is unknown where a placement uses what has no price: " + unpriced);
}

/// A figure that nothing on the front has does not shape it.
void keep_known_front_figures(PlanAnswer& answer) {
  auto const unknown = [&](std::string const& figure) {
    return std::none_of(answer.front.begin(), answer.front.end(), [&](PlanChoice const& choice) {
      return figure == "energy"  ? choice.priced.energy_j.has_value()
             : figure == "money" ? choice.priced.cost_usd.has_value()
                                 : true;
    });
  };
  std::erase_if(answer.front_figures, unknown);
}

bool was_simulated(PlanChoice const& choice) { return choice.simulated.has_value(); }

}  // namespace

PlanFigure figure_of_objective(proto::PlanObjective objective) {
  switch (objective) {
    case proto::THROUGHPUT:
      return PlanFigure::loads;
    case proto::ENERGY:
      return PlanFigure::energy_j;
    case proto::MONEY:
      return PlanFigure::cost_usd;
    case proto::LEAKAGE:
      return PlanFigure::leakage;
    default:
      return PlanFigure::latency_s;
  }
}

bool PlanAnswer::all_overload() const {
  return std::any_of(choices.begin(), choices.end(), was_simulated) &&
         std::all_of(choices.begin(), choices.end(), [](PlanChoice const& choice) {
           return !choice.simulated || choice.simulated->load == Saturation::overloaded;
         });
}

bool PlanAnswer::none_keeps_under_load() const {
  bool const simulated = std::any_of(choices.begin(), choices.end(), was_simulated);
  return simulated && std::none_of(choices.begin(), choices.end(), keeps_all);
}

PlanAnswer find_closed_form_plan(PlanSetting const& setting, bool to_simulate) {
  auto const begun = std::chrono::steady_clock::now();
  PlanAnswer answer;
  answer.scenario = setting.scenario.name;
  answer.workload = setting.workload().name;
  answer.model = setting.model.name();
  answer.objective = setting.objective;
  if (setting.leakage) {
    answer.leakage_metric = setting.leakage->metric;
    answer.adversary = setting.leakage->adversary;
  }
  for (PlanTier const& tier : setting.tiers) answer.tiers.push_back(tier.name);
  PlacementSearch search(setting);
  std::set<PlanBound> const bounds = bounds_of(setting);
  std::size_t const count = to_simulate ? std::max<std::size_t>(setting.top, ranked_for_simulation) : setting.top;
  std::vector<PricedPlacement> found = search.best(figure_of_objective(setting.objective), count, bounds);
  require_known_objective(setting, search, found);
  for (PricedPlacement& priced : found) {
    answer.choices.push_back(choice_of(setting, std::move(priced)));
    answer.choices.back().rank = answer.choices.size();
  }
  if (answer.choices.empty()) {
    answer.conflicts = find_conflicts(setting, search);
    answer.best_of_bounds = best_of_bounds(setting, search);
  } else {
    for (PricedPlacement& priced : search.front(bounds)) answer.front.push_back(choice_of(setting, std::move(priced)));
    answer.front_figures = search.front_figures();
    keep_known_front_figures(answer);
    if (to_simulate) answer.choices = choices_to_simulate(setting, answer.choices, answer.front, setting.top);
  }
  add_own(setting, search, answer);
  mark_optimal(answer);
  add_notes(setting, answer);
  answer.searched = search.searched();
  answer.search_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return answer;
}

PlanAnswer find_plan(PlanRequest const& request, Catalog const& catalog, PlanProgress const& progress) {
  PlanSetting const setting = load_plan_setting(request, catalog);
  PlanAnswer answer = find_closed_form_plan(setting, request.simulate);
  answer.offered_per_s = offered_rate_per_s(setting.workload());
  if (!request.simulate) {
    proto::PlanConstraints const& bounds = setting.constraints;
    if (bounds.has_latency_p95_ms())
      answer.unchecked.push_back("latency_p95_ms at most " + shortest(bounds.latency_p95_ms()));
    if (bounds.has_latency_p99_ms())
      answer.unchecked.push_back("latency_p99_ms at most " + shortest(bounds.latency_p99_ms()));
  }
  if (!request.simulate || !answer.feasible()) return answer;
  std::size_t done = 0;
  for (PlanChoice& choice : answer.choices) {
    if (progress) progress(done, answer.choices.size(), choice.text);
    choice.simulated = simulate_placement(request, setting, choice.assignments, catalog);
    // A sum without the machines that have no price would look cheap.
    if (!choice.priced.cost_usd) choice.simulated->cost_usd.reset();
    ++done;
  }
  if (progress) progress(done, done, "");
  if (answer.objective == proto::LATENCY) {
    rank_by_simulation(answer);
  } else {
    put_misses_last(answer);
  }
  return answer;
}

}  // namespace coinfer
