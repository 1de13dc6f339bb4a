#include "scenarios/planner/shown_leakage.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "privacy/derive_exposures.hpp"
#include "privacy/leakage_metric.hpp"
#include "scenarios/frontier/leakage_answer.hpp"

namespace coinfer {

namespace {

std::vector<PrivacyScore> scores_of(PlanSetting const& setting, Adversary const& adversary, Plan const& plan) {
  Workload const& workload = setting.workload();
  std::vector<Exposure> exposures;
  for (TaskExposure const& seen : derive_exposures(plan, setting.scenario.platform, setting.source)) {
    std::vector<std::string> const& names = plan.tensors[seen.tensor].names;
    exposures.push_back({.domain = seen.domain,
                         .workload = workload.name,
                         .model = workload.leakage_model,
                         .dataset = workload.dataset,
                         .tensor = names.front(),
                         .tensor_names = names,
                         .place = seen.place,
                         .protection = seen.protection,
                         .count = 1});
  }
  std::vector<UserExposures> const users = {UserExposures(workload.name, "", false, {}, {})};
  return score(adversary, exposures, *setting.scenario.leakage, users);
}

/// The scale of the figures of a metric; the tables have one for each model and data set.
std::string scale_of(PlanSetting const& setting) {
  if (!setting.leakage->scale.empty()) return setting.leakage->scale;
  LeakageRow wanted;
  wanted.model = setting.workload().leakage_model;
  wanted.dataset = setting.workload().dataset;
  wanted.metric = setting.leakage->metric;
  LeakageRow const* const row = setting.scenario.leakage->same_metric(wanted);
  return row == nullptr ? "" : row->scale;
}

}  // namespace

LeakageAnswer leakage_of(PlanSetting const& setting, Plan const& plan) {
  assert(setting.leakage.has_value());
  std::vector<Adversary> const& known = setting.scenario.adversaries;
  auto const adversary = std::find_if(known.begin(), known.end(),
                                      [&](Adversary const& one) { return one.name == setting.leakage->adversary; });
  LeakageQuestion const question{setting.leakage->adversary, setting.leakage->metric, scale_of(setting)};
  return leakage_answer(question, scores_of(setting, *adversary, plan));
}

std::string missed_floor(PlanSetting const& setting, Plan const& plan) {
  Workload const& workload = setting.workload();
  for (PrivacyFloor const& floor : setting.scenario.floors) {
    if (!floor.workload.empty() && floor.workload != workload.name) continue;
    std::vector<PrivacyScore> scores;
    for (Adversary const& adversary : setting.scenario.adversaries) {
      std::vector<PrivacyScore> const some = scores_of(setting, adversary, plan);
      scores.insert(scores.end(), some.begin(), some.end());
    }
    FloorVerdict const verdict =
        decide(floor, scores, [&](std::string const&) { return ConversionFacts{workload.input_channels}; });
    if (!verdict.kept) return to_text(floor) + ": " + verdict.reason;
  }
  return "";
}

double leakage_rank(PlanSetting const& setting, LeakageAnswer const& answer) {
  double constexpr unknown = 3;
  double constexpr raw = 4;
  switch (answer.status) {
    case ScoreStatus::nothing_seen:
    case ScoreStatus::ciphertext_only:
      return 0;
    case ScoreStatus::raw_input:
      return raw;
    case ScoreStatus::measured:
      break;
    default:
      return unknown;
  }
  if (!answer.value) return unknown;
  bool const larger = find_leakage_metric(setting.leakage->metric)->more_private == PrivateDirection::larger;
  double const leaks = larger ? -*answer.value : *answer.value;
  double constexpr middle = 1.5;
  double constexpr half = 0.5;
  return middle + half * leaks / (1 + std::abs(leaks));
}

}  // namespace coinfer
