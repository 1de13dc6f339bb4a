#include "scenarios/run/deployment.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace coinfer {

namespace {

/// Place of a link's direction among the pipes: up, then down; a half-duplex link has one pipe for both.
std::size_t pipe_index(Link const& link, Hop hop) {
  bool const down = hop.direction == Direction::down && link.duplex == Duplex::full;
  return 2 * std::size_t{hop.link.index()} + (down ? 1 : 0);
}

void add(ResourceRecord& record, Occupancy const& occupancy, double weight) {
  record.busy_s += weight * occupancy.busy_s();
  record.service_s += weight * occupancy.service_s();
  record.waiting_s += occupancy.waiting_s();
  record.max_waiting = std::max(record.max_waiting, static_cast<std::uint64_t>(occupancy.max_waiting()));
  record.members_used += static_cast<std::uint64_t>(weight);
}

void add(ResourceRecord& record, Station const& station, double weight) {
  add(record, station.occupancy(), weight);
  record.offered += weight * station.submitted_work_s();
  record.served += station.served();
}

/// Jobs that may be inside the enclave at once, where that is fewer than its processor serves.
std::optional<std::uint32_t> fewer_inside(Device const& device, ProcessorRef ref) {
  if (!ref.enclave) return std::nullopt;
  std::optional<std::uint32_t> const inside = device.enclaves[*ref.enclave].concurrency;
  if (!inside || *inside >= device.processors[ref.processor].slots) return std::nullopt;
  return inside;
}

}  // namespace

Deployment::Deployment(Scenario const& scenario, Simulation& simulation)
    : scenario_(scenario),
      platform_(scenario.platform),
      simulation_(simulation),
      pipes_(2 * platform_.links().size()),
      jitters_(platform_.links().size()) {
  std::uint32_t processors = 0;
  std::uint32_t enclaves = 0;
  for (Device const& device : platform_.devices()) {
    first_processor_.push_back(processors);
    first_enclave_.push_back(enclaves);
    processors += static_cast<std::uint32_t>(device.processors.size());
    enclaves += static_cast<std::uint32_t>(device.enclaves.size());
  }
  processors_.resize(processors);
  enclave_units_.resize(std::size_t{enclaves} * enclave_unit_count);
  group_size_.assign(processors, 1);
  for (ScenarioServer const& server : scenario.servers) {
    group_size_[first_processor_[server.at.device.index()] + server.at.processor] = server.config.group_size();
  }
}

Deployment::Members& Deployment::members_of(StationRef const& ref) {
  Device const& device = platform_.device(ref.processor.device);
  if (ref.unit == StationRef::Unit::processor && !fewer_inside(device, ref.processor)) {
    return processors_[first_processor_[ref.processor.device.index()] + ref.processor.processor];
  }
  assert(ref.processor.enclave.has_value());
  std::size_t const enclave = first_enclave_[ref.processor.device.index()] + *ref.processor.enclave;
  return enclave_units_[enclave * enclave_unit_count + static_cast<std::size_t>(ref.unit)];
}

/// A bridge copies one transfer at a time. What signs quotes takes as many as it is known to; a station is never without a
/// bound, so one that is not known is one that no run reaches.
StationSpec Deployment::spec_of(StationRef const& ref) const {
  Device const& device = platform_.device(ref.processor.device);
  switch (ref.unit) {
    case StationRef::Unit::bridge:
      return {Discipline::fifo, 1};
    case StationRef::Unit::quoting: {
      auto const& attestation = device.enclaves[*ref.processor.enclave].attestation;
      auto const unbounded = static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max());
      return {Discipline::fifo, attestation ? attestation->quotes_at_once.value_or(unbounded) : unbounded};
    }
    case StationRef::Unit::processor:
      break;
  }
  Processor const& processor = device.processors[ref.processor.processor];
  return {processor.discipline, fewer_inside(device, ref.processor).value_or(processor.slots)};
}

StationId Deployment::station(StationRef const& ref, std::uint32_t member) {
  Members& of_member = members_of(ref);
  // The members of a group are one station: that of the first of them, whoever asks for which.
  std::uint32_t const group = group_size_[first_processor_[ref.processor.device.index()] + ref.processor.processor];
  member -= member % group;
  auto const found = of_member.find(member);
  if (found != of_member.end()) return found->second;
  StationId const station = simulation_.add_station(spec_of(ref));
  of_member.emplace(member, station);
  bool const of_enclave = &of_member >= enclave_units_.data() && &of_member < enclave_units_.data() + enclave_units_.size();
  std::size_t const sample = of_enclave ? processors_.size() + static_cast<std::size_t>(&of_member - enclave_units_.data())
                                        : static_cast<std::size_t>(&of_member - processors_.data());
  assert(station.index() == station_places_.size());
  station_places_.push_back({ref, member, of_enclave ? 1 : group, of_enclave, static_cast<std::uint32_t>(sample)});
  return station;
}

PipeId Deployment::pipe(Hop hop, MemberMap const& members) {
  Link const& link = platform_.link(hop.link);
  std::optional<DeviceId> const fleet = platform_.fleet_of(hop.link);
  std::uint32_t const member = fleet ? members.of(platform_, *fleet) : 0;
  auto& of_member = pipes_[pipe_index(link, hop)];
  auto const found = of_member.find(member);
  if (found != of_member.end()) return found->second;
  PipeId const pipe = simulation_.add_pipe({link.bandwidth(hop.direction).value(), link.sharing});
  of_member.emplace(member, pipe);
  assert(pipe.index() == pipe_places_.size());
  bool const down = pipe_index(link, hop) % 2 == 1;
  pipe_places_.push_back({hop.link, down ? Direction::down : Direction::up, member});
  return pipe;
}

std::optional<JitterId> Deployment::jitter(LinkId link) {
  std::optional<Distribution> const& extra_ms = platform_.link(link).jitter_ms;
  std::optional<JitterId>& known = jitters_[link.index()];
  if (extra_ms && !known) {
    double constexpr ms = 1e-3;
    RandomStream const stream(scenario_.seed, "links.jitter", link.index());
    known = simulation_.add_jitter(scaled(*extra_ms, ms), stream);
  }
  return known;
}

RouteId Deployment::route(Journey journey, MemberMap const& members) {
  std::optional<Route> const route = platform_.route(journey.from, journey.to);
  assert(route.has_value());
  std::vector<PipeId> pipes;
  std::vector<PipeId> backward;
  std::vector<JitterId> jitters;
  for (Hop const& hop : route->hops) {
    pipes.push_back(pipe(hop, members));
    bool const half = platform_.link(hop.link).duplex == Duplex::half;
    if (half && hop.direction == Direction::down) backward.push_back(pipes.back());
    if (std::optional<JitterId> const extra = jitter(hop.link)) jitters.push_back(*extra);
  }
  RouteId const id = simulation_.add_route(pipes, platform_.total_latency(*route).value(), backward, jitters);
  assert(id.index() == route_pipes_.size());
  route_pipes_.push_back(std::move(pipes));
  return id;
}

std::uint32_t Deployment::sample_of(PipeId pipe) const {
  PipePlace const& at = pipe_places_[pipe.index()];
  std::size_t const index = 2 * std::size_t{at.link.index()} + (at.direction == Direction::down ? 1 : 0);
  return static_cast<std::uint32_t>(first_pipe_sample() + index);
}

void Deployment::add_use(double time_s, std::span<ResourceSample> samples) const {
  auto const add_occupancy = [time_s](ResourceSample& sample, Occupancy const& use, double weight) {
    sample.busy_s += weight * use.busy_at_s(time_s);
    sample.service_s += weight * use.service_at_s(time_s);
    sample.waiting_s += use.waiting_at_s(time_s);
  };
  for (std::uint32_t i = 0; i < station_places_.size(); ++i) {
    StationPlace const& at = station_places_[i];
    add_occupancy(samples[at.sample], simulation_.station(StationId(i)).occupancy(), at.weight);
  }
  for (std::uint32_t i = 0; i < simulation_.server_count(); ++i) {
    IterationServer const& server = simulation_.server(ServerId(i));
    if (auto const on = processor_of(server)) samples[*on].waiting_s += server.occupancy().waiting_at_s(time_s);
  }
  for (std::uint32_t i = 0; i < pipe_places_.size(); ++i) {
    PipeState const& pipe = simulation_.pipe(PipeId(i));
    ResourceSample& sample = samples[sample_of(PipeId(i))];
    add_occupancy(sample, pipe.occupancy, 1);
    sample.bytes += pipe.bytes;
  }
}

BoundRoles Deployment::bind(Plan const& plan, std::span<Phase const* const> phases, MemberMap const& members) {
  BoundRoles bound{std::vector<StationId>(plan.stations.size()), std::vector<RouteId>(plan.journeys.size())};
  for (Phase const* phase : phases) {
    for (Task const& task : phase->graph.tasks()) {
      if (task.kind == TaskKind::compute && !bound.stations[task.role].valid()) {
        StationRef const& ref = plan.stations[task.role];
        bound.stations[task.role] = station(ref, members.of(platform_, ref.processor.device));
      } else if (task.kind == TaskKind::transfer && !bound.routes[task.role].valid()) {
        bound.routes[task.role] = route(plan.journeys[task.role], members);
      }
    }
  }
  return bound;
}

/// The processor that an iteration server stands on, as an index of records; nothing where its iterations use none in the
/// normal world.
std::optional<std::uint32_t> Deployment::processor_of(IterationServer const& server) const {
  for (StationId const station : server.spec().stations) {
    if (!station.valid() || place(station).of_enclave) continue;
    ProcessorRef const at = place(station).ref.processor.bare();
    bool const stands_there = std::any_of(scenario_.servers.begin(), scenario_.servers.end(),
                                          [at](ScenarioServer const& known) { return known.at.bare() == at; });
    if (stands_there) return place(station).sample;
  }
  return std::nullopt;
}

std::vector<ResourceRecord> Deployment::processor_records() const {
  std::vector<ResourceRecord> records(processors_.size());
  for (std::size_t i = 0; i < processors_.size(); ++i) {
    for (auto const& [member, id] : processors_[i]) add(records[i], simulation_.station(id), group_size_[i]);
  }
  for (std::uint32_t i = 0; i < simulation_.server_count(); ++i) {
    IterationServer const& server = simulation_.server(ServerId(i));
    std::optional<std::uint32_t> const on = processor_of(server);
    if (!on) continue;
    records[*on].waiting_s += server.occupancy().waiting_s();
    auto const most = static_cast<std::uint64_t>(server.occupancy().max_waiting());
    records[*on].max_waiting = std::max(records[*on].max_waiting, most);
  }
  return records;
}

std::vector<ResourceRecord> Deployment::enclave_records() const {
  std::vector<ResourceRecord> records(enclave_units_.size());
  for (std::size_t i = 0; i < enclave_units_.size(); ++i) {
    for (auto const& [member, id] : enclave_units_[i]) add(records[i], simulation_.station(id), 1);
  }
  return records;
}

std::vector<ResourceRecord> Deployment::pipe_records() const {
  std::vector<ResourceRecord> records(pipes_.size());
  for (std::size_t i = 0; i < pipes_.size(); ++i) {
    for (auto const& [member, id] : pipes_[i]) {
      PipeState const& pipe = simulation_.pipe(id);
      add(records[i], pipe.occupancy, 1);
      records[i].offered += pipe.offered_bytes;
      records[i].bytes += pipe.bytes;
      records[i].bytes_down += pipe.backward_bytes;
      records[i].served += pipe.transfers;
    }
  }
  return records;
}

}  // namespace coinfer
