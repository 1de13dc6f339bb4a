#include "scenarios/workload_bytes.hpp"

#include <algorithm>
#include <set>

namespace coinfer {

namespace {

std::set<LinkId> links_of(Platform const& platform, Workload const& workload) {
  std::set<LinkId> links;
  for (Journey const& journey : workload.plan.journeys) {
    std::optional<Route> const route = platform.route(journey.from, journey.to);
    for (Hop const& hop : route->hops) links.insert(hop.link);
  }
  return links;
}

}  // namespace

std::optional<WorkloadBytes> workload_bytes(Scenario const& scenario, RunRecord const& record, std::uint32_t index) {
  std::set<LinkId> const own = links_of(scenario.platform, scenario.workloads[index]);
  for (std::uint32_t other = 0; other < scenario.workloads.size(); ++other) {
    if (other == index) continue;
    std::set<LinkId> const others = links_of(scenario.platform, scenario.workloads[other]);
    if (std::any_of(own.begin(), own.end(), [&](LinkId link) { return others.contains(link); })) return std::nullopt;
  }
  WorkloadBytes bytes;
  for (LinkId const link : own) {
    std::size_t const pipe = std::size_t{2} * link.index();
    ResourceRecord const& up = record.pipes[pipe];
    bytes.up += up.bytes - up.bytes_down;
    bytes.down += up.bytes_down + record.pipes[pipe + 1].bytes;
  }
  return bytes;
}

}  // namespace coinfer
