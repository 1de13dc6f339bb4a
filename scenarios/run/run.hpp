// Scenario in, results out.
#pragma once

#include "scenarios/results.hpp"
#include "scenarios/run/run_options.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// Simulates the scenario and evaluates what happened. A run that may need SimGrid takes place in a child process, because
/// SimGrid's clock cannot be reset; the results are the same bits either way. `progress` hears now and then how far it is
/// (in that process). Throws RunError when the run cannot be carried out.
Results run(Scenario const& scenario, Progress const& progress = {});
/// The same, with what else the options ask for. A watcher is called in the process of the simulation.
Results run(Scenario const& scenario, RunOptions const& options);

/// Whether SimGrid could be needed: the engine is the plain one, and a journey crosses a fair link.
bool may_need_simgrid(Scenario const& scenario);

}  // namespace coinfer
