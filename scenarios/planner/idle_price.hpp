// What one request of a plan costs where nothing else runs: the closed form beside which simulations are put.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platforms/platform.hpp"
#include "privacy/plan.hpp"

namespace coinfer {

/// What one request asks of a deployment that is idle otherwise.
struct RequestPrice {
  Seconds latency;  ///< from arrival to the end of its last step
  /// By resource of an `IdlePricer`: seconds of work on stations, bytes on links.
  std::vector<double> usage;

  RequestPrice& operator+=(RequestPrice const& other);
};

/// Prices plans on one platform.
///
///   latency [s]  = end of the last step, where a step begins when all before it have ended: a computing step takes its
///                  seconds, a message the latencies of its links and bytes / smallest bandwidth. Steps of one request that
///                  run side by side wait for each other at processors and first-come-first-served links and share fair
///                  links max-min, as in a run.
///   bytes        = sum over links
///   energy [J]   = sum of (busy - idle power) * seconds over processors + joules per byte * bytes over links: what the
///                  request adds to what machines draw anyway. A run's energy is that and idle power times its length.
///   money [USD]  = sum of price * busy seconds of a device + price per byte * bytes
///   rate [1/s]   = 1 / largest (work of a request / capacity) of all resources: the bottleneck stage of a full pipeline,
///                  members of fleets counted as many, each used alike (Kang et al. 2017; Hu et al., DADS, INFOCOM 2019)
///
/// Ignores queues: what other requests make it wait for. Leaves out jitter, set-up before the first request of a device or
/// of all, and idle machines. Not for token models, whose steps depend on their batch.
class IdlePricer {
 public:
  /// `platform` outlives the pricer.
  explicit IdlePricer(Platform const& platform);

  /// The plan's phases `once`, and before them the set-up that each request makes.
  [[nodiscard]] RequestPrice price(Plan const& plan) const;

  [[nodiscard]] std::size_t resources() const { return capacity_.size(); }
  /// "cloud.gpu", "access up", as results call them.
  [[nodiscard]] std::string const& name(std::size_t resource) const { return names_[resource]; }
  /// Seconds that a resource, all members together, is busy with one request: by resource. The directions of a half-duplex
  /// link are one resource, that of up.
  [[nodiscard]] std::vector<double> loads_s(std::vector<double> const& usage) const;
  /// The resource under which use of this one is a load, and that load of one unit of use.
  [[nodiscard]] std::size_t loaded_resource(std::size_t resource) const { return loaded_[resource]; }
  [[nodiscard]] double load_of_unit_s(std::size_t resource) const { return 1 / capacity_[resource]; }
  [[nodiscard]] Bytes bytes(std::vector<double> const& usage) const;
  /// Nothing where a power or energy per byte that it needs is unknown.
  [[nodiscard]] std::optional<Joules> energy(std::vector<double> const& usage) const;
  /// Nothing where nothing of the platform has a price, or a machine that works has none. A link without a price adds
  /// nothing, as in a run. Leaves out the rent of machines while they are idle.
  [[nodiscard]] std::optional<Usd> cost(std::vector<double> const& usage) const;
  /// The resource with the largest load; the first of several.
  [[nodiscard]] std::size_t bottleneck(std::vector<double> const& usage) const;

  /// Place of a station, and of a link's direction, among the resources.
  [[nodiscard]] std::size_t station_index(StationRef const& station) const;
  [[nodiscard]] std::size_t link_index(Hop hop) const;
  /// The route of a journey, which must have one; found once.
  [[nodiscard]] Route const& route(Journey const& journey) const;
  /// Jobs that a station serves at once.
  [[nodiscard]] double slots_of(StationRef const& station) const;

 private:
  void add_devices();
  void add_links();

  Platform const& platform_;
  std::vector<double> capacity_;  ///< work per second: slots or bytes, of all members together
  std::vector<std::size_t> loaded_;
  std::vector<std::string> names_;
  std::vector<std::size_t> first_processor_;  ///< by device
  std::vector<std::size_t> first_enclave_;    ///< by device
  std::size_t first_pipe_ = 0;
  bool priced_ = false;
  mutable std::map<std::pair<DeviceId, DeviceId>, Route> routes_;
};

}  // namespace coinfer
