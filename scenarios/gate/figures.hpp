// The figures of a run: every number that summary.json has, by path. This is the one place that knows them all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/gate/figure_path.hpp"
#include "scenarios/gate/verdict.hpp"
#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// A path, with names to be filled in ("resources[NAME].utilisation"), and what it means, with the unit.
struct FigureLine {
  std::string path;
  std::string description;
};

/// Every one, in the order of summary.json.
std::vector<FigureLine> figure_lines();

/// What is wrong with a path for a scenario: no such figure, no such workload, resource, server, adversary, metric, scale.
/// Nothing where a run may have it, even if this one should turn out to have no value.
std::optional<FigureProblem> check_figure(std::string_view path, Scenario const& scenario);

/// What a run says. A path that is wrong for the scenario has no value. Of leakage (privacy[...].value) an adversary's
/// answer counts and not a row by itself: where it saw the raw input, or a cut that nobody measured, there is no value
/// (leakage_answer.hpp). Where the run does not keep up with its load (OVERLOADED, BACKLOGGED), figures that grow with its
/// length have no interval and are unsettled.
FigureValue measure_figure(std::string_view path, Scenario const& scenario, Results const& results);

}  // namespace coinfer
