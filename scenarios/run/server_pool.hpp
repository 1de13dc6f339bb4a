// The iteration servers of a run: replicas that come to life when they are first chosen, and the sessions they hold.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "privacy/plan_batch_step.hpp"
#include "privacy/user_exposures.hpp"
#include "scenarios/run/deployment.hpp"
#include "scenarios/run/in_flight.hpp"
#include "scenarios/run/run_record.hpp"
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

  /// Counts what so many iterations on a batch show of each session. `requests` by session.
  void iterations_started(ServerId server, Batch const& batch, std::uint32_t iterations, RequestLog const& requests);
  /// What the iterations at a role did for each member of the workload's source: an iteration counts for each session.
  [[nodiscard]] std::vector<UserCount> const& user_counts(std::uint32_t workload, std::uint32_t role) const {
    return counts_[workload][role];
  }
  /// Appends what iterations in flight, which are cut, have not come to: once for each of the workload's sessions of which
  /// a task would have shown something. `phase` is the index of the iteration in the workload's plan.
  void add_unstarted(std::uint32_t workload, std::uint32_t role, std::uint32_t phase, RequestLog const& requests,
                     std::vector<UnstartedTask>& unstarted) const;
  /// Which server of the scenario one of the kernel's is, and which replica of it.
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> place(ServerId id) const {
    return {places_[id.index()].server, places_[id.index()].replica};
  }
  /// The graph of the iterations of a server of the scenario and their phase; invalid and null where no workload uses it.
  [[nodiscard]] std::pair<GraphId, Phase const*> iteration(std::uint32_t server) const {
    Server const& of = servers_[server];
    return {of.graph, of.plan == nullptr ? nullptr : &of.plan->iteration(of.role)};
  }
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
    bool own_resources = false;
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
  [[nodiscard]] std::uint32_t role_of(std::uint32_t workload, std::uint32_t server) const;
  bool meet(std::uint32_t role, std::uint32_t session, std::uint32_t iterations);

  Scenario const& scenario_;
  Simulation& simulation_;
  Deployment& deployment_;
  std::vector<Server> servers_;            ///< as in the scenario
  std::vector<Place> places_;              ///< by the kernel's server
  std::vector<std::uint32_t> first_user_;  ///< by workload: the number, to caches, of its source's first member
  std::vector<std::vector<std::vector<UserCount>>> counts_;  ///< by workload, role, and member of the source
  std::vector<InFlight<std::uint8_t>> met_;                  ///< by role and open session: iterations it had, at most 2
};

}  // namespace coinfer
