#include "scenarios/run/deployment.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

namespace {

/// Place of a link's direction among the pipes: up, then down; a half-duplex link has one pipe for both.
std::size_t pipe_index(Link const& link, Hop hop) {
  bool const down = hop.direction == Direction::down && link.duplex == Duplex::full;
  return 2 * std::size_t{hop.link.index()} + (down ? 1 : 0);
}

void add(ResourceRecord& record, Occupancy const& occupancy) {
  record.busy_s += occupancy.busy_s();
  record.service_s += occupancy.service_s();
  record.waiting_s += occupancy.waiting_s();
  record.max_waiting = std::max(record.max_waiting, static_cast<std::uint64_t>(occupancy.max_waiting()));
  ++record.members_used;
}

}  // namespace

Deployment::Deployment(Platform const& platform, Simulation& simulation)
    : platform_(platform), simulation_(simulation), pipes_(2 * platform.links().size()) {
  std::uint32_t processors = 0;
  for (Device const& device : platform.devices()) {
    first_processor_.push_back(processors);
    processors += static_cast<std::uint32_t>(device.processors.size());
  }
  stations_.resize(processors);
}

std::uint32_t Deployment::member_of(DeviceId device, std::uint32_t source_member) const {
  return source_member % platform_.device(device).count;
}

StationId Deployment::station(ProcessorRef ref, std::uint32_t member) {
  auto& of_member = stations_[first_processor_[ref.device.index()] + ref.processor];
  auto const found = of_member.find(member);
  if (found != of_member.end()) return found->second;
  Processor const& processor = platform_.device(ref.device).processors[ref.processor];
  StationId const station = simulation_.add_station({processor.discipline, processor.slots});
  of_member.emplace(member, station);
  return station;
}

PipeId Deployment::pipe(Hop hop, std::uint32_t source_member) {
  Link const& link = platform_.link(hop.link);
  std::optional<DeviceId> const fleet = platform_.fleet_of(hop.link);
  std::uint32_t const member = fleet ? member_of(*fleet, source_member) : 0;
  auto& of_member = pipes_[pipe_index(link, hop)];
  auto const found = of_member.find(member);
  if (found != of_member.end()) return found->second;
  PipeId const pipe = simulation_.add_pipe({link.bandwidth(hop.direction).value(), link.sharing});
  of_member.emplace(member, pipe);
  return pipe;
}

RouteId Deployment::route(Journey journey, std::uint32_t member) {
  std::optional<Route> const route = platform_.route(journey.from, journey.to);
  assert(route.has_value());
  std::vector<PipeId> pipes;
  std::vector<PipeId> backward;
  for (Hop const& hop : route->hops) {
    pipes.push_back(pipe(hop, member));
    bool const half = platform_.link(hop.link).duplex == Duplex::half;
    if (half && hop.direction == Direction::down) backward.push_back(pipes.back());
  }
  return simulation_.add_route(pipes, platform_.total_latency(*route).value(), backward);
}

Deployment::Binding Deployment::bind(Plan const& plan, std::uint32_t plan_index, [[maybe_unused]] DeviceId source,
                                     std::uint32_t member) {
  assert(member < platform_.device(source).count);
  if (bound_.size() <= plan_index) bound_.resize(plan_index + 1);
  auto& of_member = bound_[plan_index];
  auto found = of_member.find(member);
  if (found == of_member.end()) {
    Bound bound;
    for (StationRef const& used : plan.stations) {
      bound.stations.push_back(station(used.processor, member_of(used.processor.device, member)));
    }
    for (Journey const& journey : plan.journeys) bound.routes.push_back(route(journey, member));
    found = of_member.emplace(member, std::move(bound)).first;
  }
  return {found->second.stations, found->second.routes};
}

std::vector<ResourceRecord> Deployment::processor_records() const {
  std::vector<ResourceRecord> records(stations_.size());
  for (std::size_t i = 0; i < stations_.size(); ++i) {
    for (auto const& [member, id] : stations_[i]) {
      Station const& station = simulation_.station(id);
      add(records[i], station.occupancy());
      records[i].offered += station.submitted_work_s();
      records[i].served += station.served();
    }
  }
  return records;
}

std::vector<ResourceRecord> Deployment::pipe_records() const {
  std::vector<ResourceRecord> records(pipes_.size());
  for (std::size_t i = 0; i < pipes_.size(); ++i) {
    for (auto const& [member, id] : pipes_[i]) {
      PipeState const& pipe = simulation_.pipe(id);
      add(records[i], pipe.occupancy);
      records[i].offered += pipe.offered_bytes;
      records[i].bytes += pipe.bytes;
      records[i].bytes_down += pipe.backward_bytes;
      records[i].served += pipe.transfers;
    }
  }
  return records;
}

}  // namespace coinfer
