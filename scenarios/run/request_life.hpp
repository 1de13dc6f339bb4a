// The life of requests: they arrive, become an attempt on some device, and end.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "scenarios/run/attempts.hpp"
#include "scenarios/run/deployment.hpp"
#include "scenarios/run/in_flight.hpp"
#include "scenarios/run/run_options.hpp"
#include "scenarios/run/run_record.hpp"
#include "scenarios/run/run_watcher.hpp"
#include "scenarios/run/server_pool.hpp"
#include "scenarios/run/spending.hpp"
#include "scenarios/run/timeline.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/random.hpp"
#include "sim/kernel/simulation.hpp"
#include "workloads/request_lengths.hpp"

namespace coinfer {

/// Runs one scenario once.
class RequestLife final : private SimulationListener {
 public:
  explicit RequestLife(Scenario const& scenario, RunOptions const& options = {});

  /// From time 0 to the end the scenario asks for.
  RunRecord run();

 private:
  /// A user of a closed loop, or the stream of an open one: whoever sends the next request.
  struct User {
    std::uint32_t workload;
    std::uint32_t number;  ///< among the users of its workload
  };
  struct Feed {
    std::unique_ptr<Arrivals> open;  ///< null for a closed loop
    std::optional<ClosedLoop> closed;
    RandomStream device;  ///< which member of the fleet an open-loop request comes from
    RandomStream think;
    std::unique_ptr<RequestLengths> lengths;  ///< null for models without tokens
  };

  void arrived(std::uint32_t subject) override;
  void timer_fired(std::uint32_t subject, std::uint32_t stamp) override;
  void run_ended(RunId run, std::uint32_t tag) override;
  void iterations_started(ServerId server, Batch const& batch, std::uint32_t count) override {
    servers_.iterations_started(server, batch, count, record_.requests);
  }

  void iteration_ended(ServerId server, Batch const& batch) override {
    if (watcher_ != nullptr) watcher_->iterations_ended(server, batch, simulation_.server(server).began_s());
  }

  void add_feed(std::uint32_t workload);
  void schedule_next(std::uint32_t workload);
  void schedule_user(std::uint32_t user, bool refused);
  void submit(std::uint32_t workload, std::uint32_t member, std::uint32_t user);
  void reject(std::uint32_t request);
  void ended(std::uint32_t request);
  void collect();
  ShownCounts shown_counts(std::uint32_t workload);
  [[nodiscard]] bool arrivals_over(double time_s) const;

  Scenario const& scenario_;
  Simulation simulation_;
  Deployment deployment_;
  ServerPool servers_;
  Attempts attempts_;
  std::vector<Feed> feeds_;  ///< by workload
  std::vector<User> users_;
  InFlight<std::uint32_t> user_of_request_;  ///< only where there are closed loops
  RunRecord record_;
  Spending spending_;
  Progress progress_;
  RunWatcher* watcher_;
  std::optional<Timeline> timeline_;
  std::uint64_t most_requests_;  ///< that fit the memory
  std::uint64_t ended_ = 0;
  std::uint32_t arrivals_to_come_ = 0;  ///< scheduled and not yet there, of open workloads
};

}  // namespace coinfer
