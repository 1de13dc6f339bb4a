// A connection between two nodes (devices or switches) of a platform.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platforms/field_source.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"
#include "sim/kernel/discipline.hpp"

namespace coinfer {

/// A point where links end. Nodes are numbered: the devices first, in their order, then the switches.
struct Node;
using NodeId = Id<Node>;

/// Along a link from its `from` end to its `to` end is up; the other way is down.
enum class Direction { up, down };
/// Whether each direction has a bandwidth of its own (full) or both share one (half).
enum class Duplex { full, half };

struct Link {
  std::string name;
  NodeId from;
  NodeId to;
  bool is_private = false;  ///< each member of the fleet at one end has a link of its own
  BytesPerSecond up;        ///< > 0
  BytesPerSecond down;      ///< > 0; equal to `up` on a half-duplex link, whose directions share it
  Seconds latency;          ///< one way, >= 0
  /// Latency on top of that, drawn for every transfer, milliseconds; absent: none.
  std::optional<Distribution> jitter_ms;
  Duplex duplex = Duplex::full;
  Sharing sharing = Sharing::fair;
  std::string domain;                        ///< the trust domain that sees what crosses
  std::optional<JoulesPerByte> up_energy;    ///< spent by the near end per byte it sends; absent: not measured
  std::optional<JoulesPerByte> down_energy;  ///< spent by the near end per byte it receives; absent: not measured
  std::optional<UsdPerByte> up_price;        ///< absent: it has no price
  std::optional<UsdPerByte> down_price;      ///< absent: it has no price
  std::vector<FieldSource> sources;          ///< a number that none of them covers is ASSUMED

  [[nodiscard]] BytesPerSecond bandwidth(Direction direction) const { return direction == Direction::up ? up : down; }
};

using LinkId = Id<Link>;

}  // namespace coinfer
