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

/// What a station of the simulation is.
struct StationPlace {
  StationRef ref;
  std::uint32_t member = 0;  ///< of its device; of a group: the first
  std::uint32_t weight = 1;  ///< machines that work as one
  bool of_enclave = false;   ///< an enclave's unit, with records of its own
  std::uint32_t sample = 0;  ///< where `samples` counts it
};

/// What a pipe of the simulation is.
struct PipePlace {
  LinkId link;
  Direction direction = Direction::up;  ///< up, too, of a link whose one pipe serves both
  std::uint32_t member = 0;             ///< of the fleet the link belongs to; 0 where it belongs to none
};

class Deployment {
 public:
  /// Both outlive the deployment.
  Deployment(Scenario const& scenario, Simulation& simulation);

  /// The resources of the roles that `phases` of `plan` use.
  BoundRoles bind(Plan const& plan, std::span<Phase const* const> phases, MemberMap const& members);

  /// Use of every processor, unit of an enclave and link so far, summed over members; settle the simulation first. A group
  /// works as one: each of its members counts as busy as the group.
  /// Those who wait for a processor are its jobs and, where an iteration server works on it, the calls that wait for that.
  [[nodiscard]] std::vector<ResourceRecord> processor_records() const;
  [[nodiscard]] std::vector<ResourceRecord> enclave_records() const;
  [[nodiscard]] std::vector<ResourceRecord> pipe_records() const;

  [[nodiscard]] StationPlace const& place(StationId station) const { return station_places_[station.index()]; }
  [[nodiscard]] PipePlace const& place(PipeId pipe) const { return pipe_places_[pipe.index()]; }
  /// The pipes of a route, in order of travel.
  [[nodiscard]] std::span<PipeId const> pipes(RouteId route) const { return route_pipes_[route.index()]; }
  /// Stations and pipes that have come to life.
  [[nodiscard]] std::size_t place_count() const { return station_places_.size() + pipe_places_.size(); }
  /// How many samples there are: of every processor, unit of an enclave and pipe, in the order of the records.
  [[nodiscard]] std::size_t sample_count() const { return processors_.size() + enclave_units_.size() + pipes_.size(); }
  /// Where samples of pipes begin.
  [[nodiscard]] std::size_t first_pipe_sample() const { return processors_.size() + enclave_units_.size(); }
  [[nodiscard]] std::uint32_t sample_of(PipeId pipe) const;
  /// Adds the use of everything up to `time_s`, before which nothing happens any more, to as many samples.
  void add_use(double time_s, std::span<ResourceSample> samples) const;

 private:
  using Members = std::unordered_map<std::uint32_t, StationId>;

  Members& members_of(StationRef const& ref);
  [[nodiscard]] StationSpec spec_of(StationRef const& ref) const;
  StationId station(StationRef const& ref, std::uint32_t member);
  PipeId pipe(Hop hop, MemberMap const& members);
  RouteId route(Journey journey, MemberMap const& members);
  std::optional<JitterId> jitter(LinkId link);
  [[nodiscard]] std::optional<std::uint32_t> processor_of(IterationServer const& server) const;

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
  std::vector<StationPlace> station_places_;                      ///< by the kernel's station, as the others are
  std::vector<PipePlace> pipe_places_;
  std::vector<std::vector<PipeId>> route_pipes_;
};

}  // namespace coinfer
