// The seam for whoever looks into a run: a trace, or an explanation.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/run/run_record.hpp"
#include "sim/kernel/observer.hpp"

namespace coinfer {

class Attempts;
class Deployment;
class ServerPool;
class Simulation;
struct Batch;
struct Scenario;

/// A run from the inside: everything lives as long as the run.
struct RunView {
  Scenario const& scenario;
  Simulation const& simulation;
  Deployment const& deployment;
  Attempts const& attempts;
  ServerPool const& servers;
  RequestLog const& requests;  ///< by the tag of a request's runs; only those in flight can be looked at
};

/// Hears of everything that happens in a run. Calls come in the order of simulated time, in the process that simulates.
class RunWatcher : public Observer {
 public:
  /// Before anything happens.
  virtual void begins(RunView const& run) = 0;
  /// A request has ended; its record is whole.
  virtual void request_ended(std::uint32_t request) = 0;
  /// Iterations of a server on a batch have ended, of which the first began at `start_s`.
  virtual void iterations_ended(ServerId server, Batch const& batch, double start_s) = 0;
  /// After everything.
  virtual void ends() = 0;
};

}  // namespace coinfer
