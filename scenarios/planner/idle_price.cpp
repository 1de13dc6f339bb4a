#include "scenarios/planner/idle_price.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

#include "platforms/energy.hpp"
#include "platforms/price.hpp"
#include "scenarios/planner/idle_run.hpp"

namespace coinfer {

namespace {

std::size_t constexpr units = 3;  // of an enclave: its slots, its bridge, what signs its quotes

/// Jobs inside an enclave at once, where that is fewer than its processor serves: it is then a station of its own.
std::optional<std::uint32_t> fewer_inside(Device const& device, ProcessorRef at) {
  if (!at.enclave) return std::nullopt;
  std::optional<std::uint32_t> const inside = device.enclaves[*at.enclave].concurrency;
  if (!inside || *inside >= device.processors[at.processor].slots) return std::nullopt;
  return inside;
}

bool has_price(Platform const& platform) {
  auto const device = [](Device const& one) { return one.price.has_value(); };
  auto const link = [](Link const& one) { return one.up_price || one.down_price; };
  return std::any_of(platform.devices().begin(), platform.devices().end(), device) ||
         std::any_of(platform.links().begin(), platform.links().end(), link);
}

}  // namespace

RequestPrice& RequestPrice::operator+=(RequestPrice const& other) {
  latency += other.latency;
  usage.resize(std::max(usage.size(), other.usage.size()));
  for (std::size_t i = 0; i < other.usage.size(); ++i) usage[i] += other.usage[i];
  return *this;
}

IdlePricer::IdlePricer(Platform const& platform) : platform_(platform), priced_(has_price(platform)) {
  add_devices();
  for (std::size_t r = 0; r < capacity_.size(); ++r) loaded_.push_back(r);
  add_links();
}

void IdlePricer::add_devices() {
  for (Device const& device : platform_.devices()) {
    first_processor_.push_back(capacity_.size());
    for (Processor const& processor : device.processors) {
      capacity_.push_back(static_cast<double>(device.count) * processor.slots);
      names_.push_back(device.name + "." + processor.name);
    }
  }
  for (std::uint32_t d = 0; d < platform_.devices().size(); ++d) {
    Device const& device = platform_.devices()[d];
    first_enclave_.push_back(capacity_.size());
    for (std::uint32_t e = 0; e < device.enclaves.size(); ++e) {
      ProcessorRef const at{DeviceId(d), device.enclaves[e].processor, e};
      for (StationRef::Unit const unit :
           {StationRef::Unit::processor, StationRef::Unit::bridge, StationRef::Unit::quoting}) {
        capacity_.push_back(device.count * slots_of({at, unit}));
        names_.push_back(device.name + "." + device.enclaves[e].name +
                         (unit == StationRef::Unit::bridge    ? " bridge"
                          : unit == StationRef::Unit::quoting ? " quoting"
                                                              : ""));
      }
    }
  }
}

void IdlePricer::add_links() {
  first_pipe_ = capacity_.size();
  for (std::uint32_t l = 0; l < platform_.links().size(); ++l) {
    Link const& link = platform_.links()[l];
    std::optional<DeviceId> const fleet = platform_.fleet_of(LinkId(l));
    double const members = fleet ? platform_.device(*fleet).count : 1;
    capacity_.push_back(link.up.value() * members);
    capacity_.push_back(link.down.value() * members);
    bool const both = link.duplex == Duplex::half;
    names_.push_back(link.name + (both ? "" : " up"));
    names_.push_back(link.name + " down");
    loaded_.push_back(first_pipe_ + std::size_t{2} * l);
    loaded_.push_back(first_pipe_ + std::size_t{2} * l + (both ? 0 : 1));
  }
}

double IdlePricer::slots_of(StationRef const& station) const {
  Device const& device = platform_.device(station.processor.device);
  if (station.unit == StationRef::Unit::bridge) return 1;
  if (station.unit == StationRef::Unit::quoting) {
    auto const& attestation = device.enclaves[*station.processor.enclave].attestation;
    if (attestation && attestation->quotes_at_once) return *attestation->quotes_at_once;
    return std::numeric_limits<double>::infinity();
  }
  unsigned const slots = device.processors[station.processor.processor].slots;
  return fewer_inside(device, station.processor).value_or(slots);
}

std::size_t IdlePricer::station_index(StationRef const& station) const {
  std::size_t const d = station.processor.device.index();
  Device const& device = platform_.device(station.processor.device);
  if (station.unit == StationRef::Unit::processor && !fewer_inside(device, station.processor)) {
    return first_processor_[d] + station.processor.processor;
  }
  assert(station.processor.enclave.has_value());
  return first_enclave_[d] + *station.processor.enclave * units + static_cast<std::size_t>(station.unit);
}

Route const& IdlePricer::route(Journey const& journey) const {
  auto const [entry, added] = routes_.try_emplace({journey.from, journey.to});
  if (added) {
    std::optional<Route> found = platform_.route(journey.from, journey.to);
    assert(found.has_value());
    entry->second = std::move(*found);
  }
  return entry->second;
}

std::size_t IdlePricer::link_index(Hop hop) const {
  return first_pipe_ + 2 * std::size_t{hop.link.index()} + (hop.direction == Direction::down ? 1 : 0);
}

std::vector<double> IdlePricer::loads_s(std::vector<double> const& usage) const {
  std::vector<double> loads(usage.size(), 0);
  for (std::size_t r = 0; r < usage.size(); ++r) loads[loaded_[r]] += usage[r] / capacity_[r];
  return loads;
}

RequestPrice IdlePricer::price(Plan const& plan) const {
  RequestPrice price{Seconds(0), std::vector<double>(resources(), 0.0)};
  for (bool const setup : {true, false}) {
    for (Phase const& phase : plan.phases) {
      bool const each_request = phase.kind == PhaseKind::setup && phase.scope == SetupScope::request;
      if (setup ? each_request : phase.kind == PhaseKind::once) price += IdleRun(*this, platform_, plan, phase).price();
    }
  }
  return price;
}

Bytes IdlePricer::bytes(std::vector<double> const& usage) const {
  double sum = 0;
  for (std::size_t i = first_pipe_; i < usage.size(); ++i) sum += usage[i];
  return Bytes(sum);
}

std::optional<Joules> IdlePricer::energy(std::vector<double> const& usage) const {
  Joules sum;
  for (std::size_t d = 0; d < platform_.devices().size(); ++d) {
    Device const& device = platform_.devices()[d];
    for (std::size_t p = 0; p < device.processors.size(); ++p) {
      double const busy_s = usage[first_processor_[d] + p];
      if (busy_s <= 0) continue;
      Processor const& processor = device.processors[p];
      if (!processor.busy || !processor.idle) return std::nullopt;
      sum += (*processor.busy - *processor.idle) * Seconds(busy_s);
    }
  }
  for (std::size_t l = 0; l < platform_.links().size(); ++l) {
    Link const& link = platform_.links()[l];
    for (Direction const direction : {Direction::up, Direction::down}) {
      double const bytes = usage[first_pipe_ + 2 * l + (direction == Direction::down ? 1 : 0)];
      if (bytes <= 0) continue;
      std::optional<Joules> const part = transfer_energy(link, direction, Bytes(bytes));
      if (!part) return std::nullopt;
      sum += *part;
    }
  }
  return sum;
}

std::optional<Usd> IdlePricer::cost(std::vector<double> const& usage) const {
  if (!priced_) return std::nullopt;
  Usd sum;
  for (std::size_t d = 0; d < platform_.devices().size(); ++d) {
    Device const& device = platform_.devices()[d];
    double busy_s = 0;
    for (std::size_t p = 0; p < device.processors.size(); ++p) busy_s += usage[first_processor_[d] + p];
    for (std::size_t e = 0; e < device.enclaves.size(); ++e) busy_s += usage[first_enclave_[d] + e * units];
    if (busy_s <= 0) continue;
    std::optional<Usd> const part = device_price(device, Seconds(busy_s));
    if (!part) return std::nullopt;
    sum += *part;
  }
  for (std::size_t l = 0; l < platform_.links().size(); ++l) {
    Link const& link = platform_.links()[l];
    sum += transfer_price(link, Direction::up, Bytes(usage[first_pipe_ + 2 * l])).value_or(Usd(0));
    sum += transfer_price(link, Direction::down, Bytes(usage[first_pipe_ + 2 * l + 1])).value_or(Usd(0));
  }
  return sum;
}

std::size_t IdlePricer::bottleneck(std::vector<double> const& usage) const {
  std::vector<double> const loads = loads_s(usage);
  return static_cast<std::size_t>(std::max_element(loads.begin(), loads.end()) - loads.begin());
}

}  // namespace coinfer
