#include "scenarios/run/own_resources.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace coinfer {

namespace {

/// What tasks use: stations by their references, links by their ids.
struct Used {
  std::vector<StationRef> stations;
  std::vector<LinkId> links;
};

/// In an enclave or not: the processor serves both. Bridges and quoting engines are parts of one enclave.
bool same_station(StationRef const& a, StationRef const& b) {
  if (a.unit != b.unit || a.processor.bare() != b.processor.bare()) return false;
  return a.unit == StationRef::Unit::processor || a.processor.enclave == b.processor.enclave;
}

Used used_by(Scenario const& scenario, Plan const& plan, Phase const& phase) {
  Used used;
  for (Task const& task : phase.graph.tasks()) {
    if (task.kind == TaskKind::compute) used.stations.push_back(plan.stations[task.role]);
    if (task.kind != TaskKind::transfer) continue;
    Journey const journey = plan.journeys[task.role];
    std::optional<Route> const route = scenario.platform.route(journey.from, journey.to);
    for (Hop const& hop : route->hops) used.links.push_back(hop.link);
  }
  return used;
}

bool overlap(Used const& a, Used const& b) {
  auto const same_link = [&](LinkId link) { return std::find(b.links.begin(), b.links.end(), link) != b.links.end(); };
  auto const taken = [&](StationRef const& ref) {
    return std::any_of(b.stations.begin(), b.stations.end(), [&](auto const& other) { return same_station(ref, other); });
  };
  return std::any_of(a.links.begin(), a.links.end(), same_link) || std::any_of(a.stations.begin(), a.stations.end(), taken);
}

/// Whether two replicas could meet, or chance has a say.
bool meets_itself(Scenario const& scenario, ScenarioServer const& server, Used const& used) {
  auto const draws = [&](LinkId link) { return scenario.platform.link(link).jitter_ms.has_value(); };
  if (std::any_of(used.links.begin(), used.links.end(), draws)) return true;
  if (server.replicas == 1) return false;
  auto const elsewhere = [&](StationRef const& ref) { return ref.processor.device != server.at.device; };
  auto const shared = [&](LinkId link) { return scenario.platform.fleet_of(link) != server.at.device; };
  return std::any_of(used.stations.begin(), used.stations.end(), elsewhere) ||
         std::any_of(used.links.begin(), used.links.end(), shared);
}

/// Whether a setup is over before the first iteration of all: everybody waits for it.
bool is_over_before(Scenario const& scenario, Workload const& workload, Phase const& phase) {
  if (phase.kind != PhaseKind::setup || scenario.workloads.size() > 1) return false;
  return phase.scope == SetupScope::start ||
         (phase.scope == SetupScope::device && scenario.platform.device(workload.source).count == 1);
}

}  // namespace

bool has_own_resources(Scenario const& scenario, std::uint32_t server) {
  std::vector<Used> others;
  Used own;
  for (Workload const& workload : scenario.workloads) {
    for (Phase const& phase : workload.plan.phases) {
      if (is_over_before(scenario, workload, phase)) continue;
      Used used = used_by(scenario, workload.plan, phase);
      if (phase.kind == PhaseKind::iteration && workload.servers[phase.server] == server) {
        own = std::move(used);  // the same of every workload that it serves
      } else {
        others.push_back(std::move(used));
      }
    }
  }
  if (meets_itself(scenario, scenario.servers[server], own)) return false;
  return std::none_of(others.begin(), others.end(), [&](Used const& other) { return overlap(own, other); });
}

}  // namespace coinfer
