// What a plan leaks if it runs, read off its exposures: the same scores and floors as after a run, before one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "privacy/floor.hpp"
#include "privacy/plan.hpp"
#include "scenarios/frontier/frontier.hpp"
#include "scenarios/planner/plan_setting.hpp"

namespace coinfer {

/// The answer to the setting's question of leakage for a plan of its workload, each task counted once. The setting must
/// have such a question (asserted).
LeakageAnswer leakage_of(PlanSetting const& setting, Plan const& plan);

/// Why the first of the scenario's privacy floors that cover the workload is missed by the plan; empty where all are kept.
std::string missed_floor(PlanSetting const& setting, Plan const& plan);

/// A number at least 0 by which answers compare, smaller is better: 0 where nothing but ciphertext was seen, between 1 and
/// 2 for a measured value (more leakage, larger: monotone in the value), 3 for what nobody measured, which never wins over
/// a value, 4 for the raw input.
double leakage_rank(PlanSetting const& setting, LeakageAnswer const& answer);

}  // namespace coinfer
