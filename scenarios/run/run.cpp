#include "scenarios/run/run.hpp"

#include <optional>
#include <string>

#include "scenarios/evaluate.hpp"
#include "scenarios/run/request_life.hpp"
#include "sim/kernel/child_process.hpp"

namespace coinfer {

bool may_need_simgrid(Scenario const& scenario) {
  if (scenario.engine != EngineKind::plain) return false;
  Platform const& platform = scenario.platform;
  for (Workload const& workload : scenario.workloads) {
    for (Journey const& journey : workload.plan.journeys) {
      std::optional<Route> const route = platform.route(journey.from, journey.to);
      for (Hop const& hop : route->hops) {
        if (platform.link(hop.link).sharing == Sharing::fair) return true;
      }
    }
  }
  return false;
}

Results run(Scenario const& scenario, Progress const& progress) { return run(scenario, RunOptions{progress}); }

Results run(Scenario const& scenario, RunOptions const& options) {
  if (!may_need_simgrid(scenario)) return evaluate(scenario, RequestLife(scenario, options).run());
  // Opened here, so that the child's records can be read once it has ended.
  RunOptions shared = options;
  shared.file = std::make_shared<SpillFile>();
  return evaluate(scenario, unpack(run_in_child([&] { return pack(RequestLife(scenario, shared).run()); }), shared.file));
}

}  // namespace coinfer
