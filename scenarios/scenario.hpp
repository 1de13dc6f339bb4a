// A scenario, checked and ready to run: nothing in it can be wrong any more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platforms/platform.hpp"
#include "privacy/adversary.hpp"
#include "privacy/derive_exposures.hpp"
#include "privacy/leakage_table.hpp"
#include "privacy/plan.hpp"
#include "sim/base/source.hpp"
#include "sim/base/units.hpp"
#include "sim/kernel/engine.hpp"
#include "workloads/arrivals_table.hpp"

namespace coinfer {

/// One stream of requests: what it runs, compiled, and what that shows to whom.
struct Workload {
  std::string name;
  std::string model;
  std::string dataset;  ///< empty: none
  DeviceId source;
  ArrivalPattern arrivals;
  std::string protocol;
  std::string cut;  ///< what crosses on the way to the result: "block30", "pool1 > block4", "input"; empty: nothing
  Plan plan;
  std::vector<TaskExposure> exposures;
};

/// When the run ends.
struct Stop {
  std::optional<std::uint64_t> requests;
  std::optional<Seconds> duration;
  bool cut = false;  ///< cut at the end of arrivals instead of letting requests drain
  Seconds warm_up{0};
  std::uint64_t warm_up_requests = 0;
};

/// A number the results rest on, and how far it can be trusted.
struct InputGrade {
  std::string what;  ///< "device 'phone': processors[cpu].rates"
  Source source;
};

struct Scenario {
  std::string name;
  std::string question;  ///< may be empty
  std::uint64_t seed = 1;
  EngineKind engine = EngineKind::fast;
  Platform platform;
  std::vector<Workload> workloads;
  std::vector<Adversary> adversaries;
  LeakageTables leakage;
  Stop stop;
  std::vector<InputGrade> inputs;
  std::vector<std::string> notes;  ///< what the model leaves out for this input: "no memory bandwidth for ..."
  std::string text;                ///< the effective scenario in text format, for the manifest
};

}  // namespace coinfer
