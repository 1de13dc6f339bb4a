// Figures of what adversaries see and learn, named by ADVERSARY/WORKLOAD and what it is about.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/gate/figure_path.hpp"
#include "scenarios/gate/figures.hpp"

namespace coinfer {

/// The figures of the lists privacy, exposure_counts, privacy_ledger and privacy_floors.
std::vector<FigureLine> privacy_figure_lines();

/// Whether `group` is one of these lists.
bool is_privacy_group(std::string_view group);

/// As check_figure, for a path into one of them.
std::optional<FigureProblem> check_privacy_figure(FigurePath const& path, Scenario const& scenario);

/// As measure_figure, for a path that check_privacy_figure has nothing against.
FigureValue measure_privacy_figure(FigurePath const& path, Scenario const& scenario, Results const& results);

}  // namespace coinfer
