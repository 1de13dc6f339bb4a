// Devices and switches joined by links: who can reach whom, and over what.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/device.hpp"
#include "platforms/link.hpp"

namespace coinfer {

/// What a platform is made of; the order of each list is the declaration order.
struct PlatformInput {
  std::vector<Device> devices;
  std::vector<std::string> switches;
  std::vector<Link> links;
};

/// One link of a route and the direction in which it is crossed.
struct Hop {
  LinkId link;
  Direction direction = Direction::up;
  friend bool operator==(Hop, Hop) = default;
};

/// The links from one device to another, in the order they are crossed; empty from a device to itself.
struct Route {
  std::vector<Hop> hops;
  friend bool operator==(Route const&, Route const&) = default;
};

/// A consistent platform; it does not change.
class Platform {
 public:
  /// Throws InputError, with every problem of platforms/platform_check.hpp, when the parts do not fit together.
  explicit Platform(PlatformInput input);

  [[nodiscard]] std::vector<Device> const& devices() const { return parts_.devices; }
  [[nodiscard]] std::vector<std::string> const& switches() const { return parts_.switches; }
  [[nodiscard]] std::vector<Link> const& links() const { return parts_.links; }
  [[nodiscard]] Device const& device(DeviceId id) const { return parts_.devices.at(id.index()); }
  [[nodiscard]] Link const& link(LinkId id) const { return parts_.links.at(id.index()); }

  [[nodiscard]] std::optional<DeviceId> find_device(std::string_view name) const;
  [[nodiscard]] std::optional<LinkId> find_link(std::string_view name) const;

  /// Name of a device or a switch.
  [[nodiscard]] std::string const& node_name(NodeId node) const;
  /// The device at a node, or nothing when a switch stands there.
  [[nodiscard]] std::optional<DeviceId> device_at(NodeId node) const;

  /// The route with the fewest hops, found by Boost.Graph's breadth-first search; among routes of equal length, the one
  /// whose list of links, by declaration order, comes first. A device on the way forwards, except a fleet (count above 1):
  /// it would not be clear which of its members does. Nothing when no route exists. Costs a search of the graph; keep the
  /// result.
  [[nodiscard]] std::optional<Route> route(DeviceId from, DeviceId to) const;

  /// Sum of the one-way latencies of the links.
  [[nodiscard]] Seconds total_latency(Route const& route) const;
  /// Smallest bandwidth on the way; the route must not be empty (asserted).
  [[nodiscard]] BytesPerSecond smallest_bandwidth(Route const& route) const;

  /// The device whose member index selects the instance of a private link; nothing for a shared link. Where both ends are
  /// devices it is the one with a count above 1, or the near end when neither has.
  [[nodiscard]] std::optional<DeviceId> fleet_of(LinkId link) const;

 private:
  struct Topology;
  PlatformInput parts_;
  /// Shared because copies of a platform are identical and the graph never changes; it keeps Boost.Graph out of this
  /// header.
  std::shared_ptr<Topology const> topology_;
};

}  // namespace coinfer
