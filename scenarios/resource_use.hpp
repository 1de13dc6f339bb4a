// Utilisation, energy and money of a run, by resource and in all.
#pragma once

#include <vector>

#include "platforms/platform.hpp"
#include "scenarios/results.hpp"

namespace coinfer {

struct ResourceUse {
  std::vector<ResourceResult> resources;  ///< processors and enclaves in declaration order, then links, up before down
  double bytes_up = 0;
  double bytes_down = 0;
  Total energy_j;
  Total cost_usd;
};

/// Energy is the integral of the power of every member of a fleet, used or not, from 0 to the end of the run, plus joules
/// per byte at the near ends of links; a total is absent as soon as one part of it was not measured. Money is the rent of
/// every priced member over that time plus priced bytes; what has no price costs nothing.
ResourceUse resource_use(Platform const& platform, RunRecord const& record);

}  // namespace coinfer
