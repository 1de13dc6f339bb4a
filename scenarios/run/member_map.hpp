// Which member of each fleet takes part in one attempt, or in the iterations of one replica.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "platforms/platform.hpp"

namespace coinfer {

/// A device serves member m of the source with its own member m modulo count, attached for good, unless a router chose
/// another.
struct MemberMap {
  std::uint32_t of_source = 0;
  std::vector<std::pair<DeviceId, std::uint32_t>> chosen;

  [[nodiscard]] std::uint32_t of(Platform const& platform, DeviceId device) const {
    for (auto const& [which, member] : chosen) {
      if (which == device) return member;
    }
    return of_source % platform.device(device).count;
  }
};

}  // namespace coinfer
