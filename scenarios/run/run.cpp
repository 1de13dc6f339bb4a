#include "scenarios/run/run.hpp"

#include <map>
#include <set>
#include <vector>

#include "scenarios/evaluate.hpp"
#include "scenarios/run/request_life.hpp"
#include "sim/kernel/child_process.hpp"

namespace coinfer {

namespace {

/// The pipes of a journey as numbers, and whether a fair link is among them.
struct Path {
  std::set<std::size_t> pipes;
  bool fair = false;
};

Path path_of(Platform const& platform, Journey journey) {
  Path path;
  std::optional<Route> const route = platform.route(journey.from, journey.to);
  for (Hop const& hop : route->hops) {
    Link const& link = platform.link(hop.link);
    bool const down = hop.direction == Direction::down && link.duplex == Duplex::full;
    path.pipes.insert(2 * std::size_t{hop.link.index()} + (down ? 1 : 0));
    path.fair = path.fair || link.sharing == Sharing::fair;
  }
  return path;
}

/// Whether two attempts on this path can share one of its links and not another: its links belong to different fleets, or
/// some to a fleet and some to all.
bool meets_itself(Platform const& platform, Path const& path) {
  std::set<DeviceId> owners;
  for (std::size_t pipe : path.pipes) {
    std::optional<DeviceId> const fleet = platform.fleet_of(LinkId(static_cast<std::uint32_t>(pipe / 2)));
    owners.insert(fleet && platform.device(*fleet).count > 1 ? *fleet : DeviceId());
  }
  return owners.size() > 1;
}

}  // namespace

bool may_need_simgrid(Scenario const& scenario) {
  std::vector<Path> paths;
  for (Workload const& workload : scenario.workloads) {
    for (Journey const& journey : workload.plan.journeys) {
      Path path = path_of(scenario.platform, journey);
      if (path.fair) paths.push_back(std::move(path));
    }
  }
  if (paths.empty()) return false;
  if (scenario.engine == EngineKind::plain) return true;
  std::map<std::size_t, std::set<std::size_t> const*> path_of_pipe;
  for (Path const& path : paths) {
    if (meets_itself(scenario.platform, path)) return true;
    for (std::size_t pipe : path.pipes) {
      auto const [entry, added] = path_of_pipe.try_emplace(pipe, &path.pipes);
      if (!added && *entry->second != path.pipes) return true;
    }
  }
  return false;
}

Results run(Scenario const& scenario, Progress const& progress) { return run(scenario, RunOptions{progress}); }

Results run(Scenario const& scenario, RunOptions const& options) {
  if (!may_need_simgrid(scenario)) return evaluate(scenario, RequestLife(scenario, options).run());
  std::string const bytes = run_in_child([&] { return pack(RequestLife(scenario, options).run()); });
  return evaluate(scenario, unpack(bytes));
}

}  // namespace coinfer
