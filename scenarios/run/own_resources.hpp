// Whether the iterations of a server have their processors and links to themselves.
#pragma once

#include <cstdint>

#include "scenarios/scenario.hpp"

namespace coinfer {

/// Whether nothing in the scenario but iterations of this server (an index in `Scenario::servers`, which some workload must
/// use) ever works on the processors and moves bytes over the links that they use, no two of its replicas share one, and no
/// link draws jitter. It may say no where that is so: two devices of a fleet count as one.
bool has_own_resources(Scenario const& scenario, std::uint32_t server);

}  // namespace coinfer
