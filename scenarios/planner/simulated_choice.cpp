#include "scenarios/planner/simulated_choice.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <variant>

namespace coinfer {

namespace {

struct Candidate {
  PlanChoice choice;
  bool overloads;
  double figure;
};

bool same_placement(PlanChoice const& a, PlanChoice const& b) { return a.priced.placement == b.priced.placement; }

}  // namespace

std::optional<double> offered_rate_per_s(Workload const& workload) {
  if (auto const* poisson = std::get_if<PoissonPattern>(&workload.arrivals)) return poisson->rate_per_s;
  if (auto const* fixed = std::get_if<FixedRatePattern>(&workload.arrivals)) return fixed->rate_per_s;
  if (auto const* gamma = std::get_if<GammaPattern>(&workload.arrivals)) return gamma->rate_per_s;
  return std::nullopt;
}

std::vector<PlanChoice> choices_to_simulate(PlanSetting const& setting, std::vector<PlanChoice> const& ranked,
                                            std::vector<PlanChoice> const& front, std::size_t most) {
  PlanFigure const figure = figure_of_objective(setting.objective);
  double const offered_per_s = offered_rate_per_s(setting.workload()).value_or(0);
  std::vector<Candidate> candidates;
  auto const add = [&](PlanChoice choice) {
    choice.optimal =
        std::any_of(front.begin(), front.end(), [&](PlanChoice const& one) { return same_placement(one, choice); });
    bool const overloads = choice.priced.throughput_per_s() <= offered_per_s;
    double const value = figure_of(choice.priced, figure, setting);
    candidates.push_back({std::move(choice), overloads, value});
  };
  for (PlanChoice const& choice : ranked) add(choice);
  for (PlanChoice const& choice : front) {
    bool const there =
        std::any_of(ranked.begin(), ranked.end(), [&](PlanChoice const& one) { return same_placement(one, choice); });
    if (!there) add(choice);
  }
  auto const worth = [](Candidate const& one) {
    return std::tuple(one.overloads, !one.choice.optimal, one.figure, one.choice.priced.latency_s());
  };
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](Candidate const& a, Candidate const& b) { return worth(a) < worth(b); });
  if (candidates.size() > most) candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(most), candidates.end());
  auto const place = [](Candidate const& one) {
    return std::pair(one.choice.rank.value_or(std::numeric_limits<std::size_t>::max()), one.figure);
  };
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](Candidate const& a, Candidate const& b) { return place(a) < place(b); });
  std::vector<PlanChoice> chosen;
  for (Candidate& one : candidates) chosen.push_back(std::move(one.choice));
  return chosen;
}

}  // namespace coinfer
