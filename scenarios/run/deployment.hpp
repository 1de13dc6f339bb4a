// A platform as the kernel's resources. Members of fleets and their private links come to life when they are first used.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "privacy/plan.hpp"
#include "scenarios/run/member_map.hpp"
#include "scenarios/run/run_record.hpp"
#include "scenarios/scenario.hpp"
#include "sim/kernel/simulation.hpp"

namespace coinfer {

/// What the roles of a plan are bound to. Roles that nobody asked for are invalid.
struct BoundRoles {
  std::vector<StationId> stations;
  std::vector<RouteId> routes;
};

class Deployment {
 public:
  /// Both outlive the deployment.
  Deployment(Scenario const& scenario, Simulation& simulation);

  /// The resources of the roles that `phases` of `plan` use.
  BoundRoles bind(Plan const& plan, std::span<Phase const* const> phases, MemberMap const& members);

  /// Use of every processor, unit of an enclave and link so far, summed over members; settle the simulation first. A group
  /// works as one: each of its members counts as busy as the group.
  [[nodiscard]] std::vector<ResourceRecord> processor_records() const;
  [[nodiscard]] std::vector<ResourceRecord> enclave_records() const;
  [[nodiscard]] std::vector<ResourceRecord> pipe_records() const;

 private:
  using Members = std::unordered_map<std::uint32_t, StationId>;

  Members& members_of(StationRef const& ref);
  [[nodiscard]] StationSpec spec_of(StationRef const& ref) const;
  StationId station(StationRef const& ref, std::uint32_t member);
  PipeId pipe(Hop hop, MemberMap const& members);
  RouteId route(Journey journey, MemberMap const& members);
  std::optional<JitterId> jitter(LinkId link);

  Scenario const& scenario_;
  Platform const& platform_;
  Simulation& simulation_;
  std::vector<std::uint32_t> first_processor_;  ///< by device: its processors' place in the lists
  std::vector<std::uint32_t> first_enclave_;
  std::vector<std::uint32_t> group_size_;  ///< by processor: members that work as one
  std::vector<Members> processors_;        ///< by processor, by member
  std::vector<Members> enclave_units_;     ///< by enclave and unit (see enclave_unit_count), by member
  std::vector<std::unordered_map<std::uint32_t, PipeId>> pipes_;  ///< by link and direction, by member
  std::vector<std::optional<JitterId>> jitters_;                  ///< by link
};

}  // namespace coinfer
