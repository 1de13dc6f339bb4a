// A scenario, checked and ready to run: nothing in it can be wrong any more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platforms/platform.hpp"
#include "privacy/adversary.hpp"
#include "privacy/budget.hpp"
#include "privacy/derive_exposures.hpp"
#include "privacy/floor.hpp"
#include "privacy/leakage_table.hpp"
#include "privacy/plan.hpp"
#include "scenarios/gate/expectation.hpp"
#include "scenarios/placed_layers.hpp"
#include "sim/base/source.hpp"
#include "sim/base/units.hpp"
#include "sim/kernel/engine.hpp"
#include "workloads/arrivals_table.hpp"
#include "workloads/request_lengths.hpp"
#include "workloads/serving/server_config.hpp"

namespace coinfer {

/// A server of token models, and where it stands.
struct ScenarioServer {
  ServerConfig config;
  ProcessorRef at;              ///< in the normal world; the first member of a fleet's groups
  std::uint32_t replicas = 1;   ///< >= 1
  std::uint32_t kv_blocks = 0;  ///< of one replica; 0 while no workload uses the server
  std::string serves;           ///< model, protocol and placement of those that use it; empty while none does
};

/// What users were promised; a request that keeps all of it is good.
struct ServiceObjective {
  std::optional<Seconds> first_token;
  std::optional<Seconds> per_token;
  std::optional<Seconds> latency;
  [[nodiscard]] bool given() const { return first_token || per_token || latency; }
};

/// One stream of requests: what it runs, compiled, and what that shows to whom.
struct Workload {
  std::string name;
  std::string model;
  std::string leakage_model;  ///< under which leakage tables are looked up
  std::string dataset;        ///< empty: none
  /// Of inputs that are images (channels, height, width).
  std::optional<std::uint64_t> input_channels;
  DeviceId source;
  std::uint32_t draws = 0;  ///< index of the streams that say when its requests come, where from, and how long they are
  ArrivalPattern arrivals;
  std::optional<LengthPattern> lengths;  ///< of a token model
  ServiceObjective objective;
  std::string protocol;
  std::vector<PlacedLayers> placed;  ///< where its layers run
  std::string cut;  ///< what crosses on the way to the result: "block30", "pool1 > block4", "input"; empty: nothing
  Plan plan;
  std::vector<std::uint32_t> servers;  ///< by server role of the plan: index in Scenario::servers
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
  std::vector<ScenarioServer> servers;
  std::vector<Workload> workloads;
  std::vector<Adversary> adversaries;
  std::vector<PrivacyBudget> budgets;            ///< at most one of each source
  std::shared_ptr<LeakageTables const> leakage;  ///< never null; shared, because every point of a sweep has the same
  std::vector<PrivacyFloor> floors;
  std::vector<Expectation> expectations;
  Stop stop;
  std::vector<InputGrade> inputs;
  std::vector<std::string> notes;  ///< what the model leaves out for this input: "no memory bandwidth for ..."
  std::string text;                ///< the effective scenario in text format, for the manifest
};

}  // namespace coinfer
