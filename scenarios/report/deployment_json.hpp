// The deployment of a scenario, for whoever draws it.
#pragma once

#include <string>

#include "scenarios/scenario.hpp"

namespace coinfer {

/// deployment.json: devices (with count, trust domain, processors, enclaves), switches, links, servers of token models, and
/// for each workload where its layers run. It says what was deployed, not what a run made of it, so it is the same for
/// every seed. Left out: rates, power and prices, which the manifest's input has.
std::string deployment_json(Scenario const& scenario);

}  // namespace coinfer
