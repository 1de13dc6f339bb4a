// The iteration servers of a run: replicas that come to life when they are first chosen, and the sessions they hold.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "privacy/plan_batch_step.hpp"
#include "scenarios/run/deployment.hpp"
#include "scenarios/run/run_record.hpp"
#include "scenarios/run/sessions_shown.hpp"
#include "scenarios/scenario.hpp"
#include "sim/kernel/simulation.hpp"
#include "workloads/request_shape.hpp"
#include "workloads/serving/router.hpp"
#include "workloads/serving/session_scheduler.hpp"

namespace coinfer {

class ServerPool {
 public:
  /// All outlive the pool.
  ServerPool(Scenario const& scenario, Simulation& simulation, Deployment& deployment);

  /// The replica that each server role of the workload's plan is bound to, for a new request of this member of the source:
  /// the source's own server, or the one the router chooses.
  void choose(std::uint32_t workload, std::uint32_t member, std::span<std::uint32_t> replicas);
  /// Opens the request's session at each of them.
  void open(std::uint32_t session, std::uint32_t workload, std::uint32_t member, RequestShape const& shape,
            std::span<std::uint32_t const> replicas);
  /// What it holds there is free.
  void close(std::uint32_t session, std::uint32_t workload, std::span<std::uint32_t const> replicas);
  /// Says how many tokens of the session count, where some of a pass were not accepted.
  void keep(std::uint32_t session, std::uint32_t workload, std::span<std::uint32_t const> replicas, std::uint32_t tokens);

  /// The kernel's server behind a role; it exists once it was chosen.
  [[nodiscard]] ServerId server(std::uint32_t workload, std::uint32_t role, std::uint32_t replica) const;
  /// The member of the server's device whose resources stand for the replica: the first of its group.
  [[nodiscard]] std::uint32_t member_of(std::uint32_t workload, std::uint32_t role, std::uint32_t replica) const;

  /// Counts what an iteration shows of each session. `requests` by session.
  void iteration_started(ServerId server, Batch const& batch, std::span<RequestRecord const> requests);
  /// How often each task of an iteration phase has started for sessions of a workload: once for each of them.
  [[nodiscard]] std::vector<std::uint64_t> task_starts(std::uint32_t workload, std::uint32_t role,
                                                       std::span<RequestRecord const> requests) const;
  /// Use of every server, in the scenario's order; settle the simulation first.
  [[nodiscard]] std::vector<ServerRecord> records() const;

 private:
  struct Replica {
    std::unique_ptr<SessionScheduler> scheduler;
    ServerId id;
    std::uint32_t outstanding = 0;
  };
  struct Server {
    Plan const* plan = nullptr;  ///< of the first workload that it serves; the others' is the same
    std::uint32_t role = 0;      ///< in that plan
    GraphId graph;
    std::unique_ptr<PlanBatchStep> step;
    std::unique_ptr<Router> router;
    std::vector<Replica> replicas;
    std::vector<ReplicaLoad> loads;  ///< for the router
  };
  struct Place {
    std::uint32_t server;
    std::uint32_t replica;
  };

  [[nodiscard]] Replica const& replica_of(std::uint32_t workload, std::uint32_t role, std::uint32_t replica) const;
  Replica& replica_of(std::uint32_t workload, std::uint32_t role, std::uint32_t replica);
  void create(std::uint32_t server, std::uint32_t replica);
  [[nodiscard]] bool only_opens(std::uint32_t workload, std::uint32_t role) const;
  [[nodiscard]] bool reserves(std::uint32_t workload) const;
  std::uint32_t route(Server& server, std::uint32_t member);

  Scenario const& scenario_;
  Simulation& simulation_;
  Deployment& deployment_;
  std::vector<Server> servers_;                    ///< as in the scenario
  std::vector<Place> places_;                      ///< by the kernel's server
  std::vector<std::uint32_t> first_user_;          ///< by workload: the number, to caches, of its source's first member
  std::vector<std::vector<SessionsShown>> shown_;  ///< by workload, by role
};

}  // namespace coinfer
