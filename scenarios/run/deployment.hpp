// A platform as the kernel's resources. Members of fleets and their private links come to life when they are first used.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "platforms/platform.hpp"
#include "privacy/plan.hpp"
#include "scenarios/run/run_record.hpp"
#include "sim/kernel/simulation.hpp"

namespace coinfer {

class Deployment {
 public:
  /// Both outlive the deployment.
  Deployment(Platform const& platform, Simulation& simulation);

  /// The resources of one attempt of `plan` for member `member` of the device `source`. A fleet other than the source
  /// serves member m of the source with its own member m modulo count: each device is attached to one of them for good. The
  /// spans are valid until the next call.
  struct Binding {
    std::span<StationId const> stations;
    std::span<RouteId const> routes;
  };
  Binding bind(Plan const& plan, std::uint32_t plan_index, DeviceId source, std::uint32_t member);

  /// Use of every processor and link so far, summed over members; settle the simulation first.
  [[nodiscard]] std::vector<ResourceRecord> processor_records() const;
  [[nodiscard]] std::vector<ResourceRecord> pipe_records() const;

 private:
  StationId station(ProcessorRef processor, std::uint32_t member);
  PipeId pipe(Hop hop, std::uint32_t source_member);
  RouteId route(Journey journey, std::uint32_t member);
  [[nodiscard]] std::uint32_t member_of(DeviceId device, std::uint32_t source_member) const;

  Platform const& platform_;
  Simulation& simulation_;
  std::vector<std::uint32_t> first_processor_;                          ///< by device: its processors' place in the lists
  std::vector<std::unordered_map<std::uint32_t, StationId>> stations_;  ///< by processor, by member
  std::vector<std::unordered_map<std::uint32_t, PipeId>> pipes_;        ///< by link and direction, by member
  struct Bound {
    std::vector<StationId> stations;
    std::vector<RouteId> routes;
  };
  std::vector<std::unordered_map<std::uint32_t, Bound>> bound_;  ///< by plan, by member of the source
};

}  // namespace coinfer
