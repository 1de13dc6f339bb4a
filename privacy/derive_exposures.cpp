#include "privacy/derive_exposures.hpp"

#include <cassert>

namespace coinfer {

namespace {

/// Collects what one task shows, leaving out the data owner.
class Observers {
 public:
  Observers(std::uint32_t phase, std::uint32_t task, std::uint32_t tensor, std::string const& owner,
            std::vector<TaskExposure>& found)
      : phase_(phase), task_(task), tensor_(tensor), owner_(owner), found_(found) {}

  void see(std::string const& domain, std::string place, Protection protection) {
    if (domain != owner_) found_.push_back({phase_, task_, tensor_, domain, std::move(place), protection});
  }

 private:
  std::uint32_t phase_;
  std::uint32_t task_;
  std::uint32_t tensor_;
  std::string const& owner_;
  std::vector<TaskExposure>& found_;
};

/// Whether some compute step says that this device has the tensor in its memory.
bool is_produced(Plan const& plan, std::uint32_t tensor, DeviceId device) {
  for (Phase const& phase : plan.phases) {
    for (std::size_t i = 0; i < phase.tasks.size(); ++i) {
      Task const& task = phase.graph.tasks()[i];
      bool const here = task.kind == TaskKind::compute && plan.stations[task.role].processor.device == device;
      if (here && phase.tasks[i].tensor == tensor) return true;
    }
  }
  return false;
}

void see_transfer(Observers& observers, PlanTask const& meaning, Journey journey, Platform const& platform) {
  std::optional<Route> const route = platform.route(journey.from, journey.to);
  assert(route.has_value());
  NodeId at(journey.from.index());  // devices are the first nodes
  for (Hop const& hop : route->hops) {
    Link const& link = platform.link(hop.link);
    observers.see(link.domain, "link:" + link.name, meaning.protection);
    at = hop.direction == Direction::up ? link.to : link.from;
    std::optional<DeviceId> const device = platform.device_at(at);
    if (!device) continue;
    bool const arrived = *device == journey.to;
    Device const& seen_by = platform.device(*device);
    observers.see(seen_by.domain, "device:" + seen_by.name, arrived ? meaning.at_receiver : meaning.protection);
  }
}

void see_phase(Plan const& plan, std::uint32_t index, Platform const& platform, std::string const& owner,
               std::vector<TaskExposure>& found) {
  Phase const& phase = plan.phases[index];
  for (std::uint32_t i = 0; i < phase.tasks.size(); ++i) {
    PlanTask const& meaning = phase.tasks[i];
    if (meaning.tensor == PlanTask::no_tensor) continue;
    Observers observers(index, i, meaning.tensor, owner, found);
    Task const& task = phase.graph.tasks()[i];
    if (task.kind == TaskKind::compute) {
      Device const& device = platform.device(plan.stations[task.role].processor.device);
      observers.see(device.domain, "device:" + device.name, meaning.protection);
    } else if (task.kind == TaskKind::transfer) {
      Journey const journey = plan.journeys[task.role];
      if (journey.from != journey.to && !is_produced(plan, meaning.tensor, journey.from)) {
        Device const& sender = platform.device(journey.from);
        observers.see(sender.domain, "device:" + sender.name, meaning.at_sender);
      }
      see_transfer(observers, meaning, journey, platform);
    }
  }
}

}  // namespace

std::vector<TaskExposure> derive_exposures(Plan const& plan, Platform const& platform, DeviceId owner) {
  std::vector<TaskExposure> found;
  std::string const& domain = platform.device(owner).domain;
  for (std::uint32_t phase = 0; phase < plan.phases.size(); ++phase) see_phase(plan, phase, platform, domain, found);
  return found;
}

}  // namespace coinfer
