// Attempts in flight: each goes through the phases of its workload's plan.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "privacy/user_exposures.hpp"
#include "scenarios/run/deployment.hpp"
#include "scenarios/run/in_flight.hpp"
#include "scenarios/run/run_record.hpp"
#include "scenarios/run/server_pool.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/random.hpp"
#include "sim/kernel/simulation.hpp"
#include "workloads/request_shape.hpp"

namespace coinfer {

class Attempts {
 public:
  /// All outlive the attempts.
  Attempts(Scenario const& scenario, Simulation& simulation, Deployment& deployment, ServerPool& servers);

  /// Begins the attempt of request `id`, which is `request`, now.
  void begin(std::uint32_t id, RequestRecord const& request, RequestShape const& shape);
  /// A run of request `id` has ended. Begins what comes next; where nothing does, fills the times of `request` and returns
  /// true.
  bool run_ended(std::uint32_t id, RunId run, RequestRecord& request);
  /// When anything of a request in flight began; negative where nothing has.
  [[nodiscard]] double first_start_s(std::uint32_t id) const;
  /// The graph of a phase of a workload's plan; invalid for iterations.
  [[nodiscard]] GraphId graph(std::uint32_t workload, std::uint32_t phase) const {
    return compiled_[workload].graphs[phase];
  }
  /// How often each task of a request's own phases has started: by phase, by task; iteration phases are left empty.
  [[nodiscard]] std::vector<std::vector<std::uint64_t>> task_starts(std::uint32_t workload) const;
  /// What a phase of the plan did for each member of the workload's source.
  [[nodiscard]] std::vector<UserCount> const& user_counts(std::uint32_t workload, std::uint32_t phase) const {
    return compiled_[workload].counts[phase];
  }
  /// Appends the tasks that the run of request `id`, which is in flight and is cut, has not come to.
  void add_unstarted(std::uint32_t id, std::vector<UnstartedTask>& unstarted) const;

 private:
  /// What the attempts of a workload have in common.
  struct Compiled {
    std::vector<std::uint32_t> phases;           ///< of the plan that a request runs, setups first
    std::vector<GraphId> graphs;                 ///< by phase of the plan; invalid for iterations
    std::vector<bool> fixed;                     ///< whether a phase asks for the same whatever the request
    std::vector<std::vector<UserCount>> counts;  ///< by phase of the plan and member of the source
    RandomStream acceptance;
    std::unordered_map<std::uint64_t, BoundRoles> bound;  ///< by member and replicas
    /// Setups by phase and whom they serve: under way with requests that wait, or done.
    struct Gate {
      bool open = false;
      std::vector<std::uint32_t> waiting;
    };
    std::map<std::pair<std::uint32_t, std::uint64_t>, Gate> gates;
  };
  struct Attempt {
    RunId run;
    BoundRoles const* bound = nullptr;
    std::vector<std::uint32_t> replicas;  ///< by server role
    std::vector<ServerId> servers;
    std::uint32_t at = 0;  ///< index into Compiled::phases
    bool again = false;    ///< whether the phase to come, or under way, has run before
    std::uint32_t workload = 0;
    std::uint32_t member = 0;
    std::uint32_t prompt = 0;
    std::uint32_t output = 0;
    std::uint32_t produced = 0;  ///< tokens of the answer that are there
    double waits_since_s = -1;   ///< for a setup that another request runs; negative: it does not wait
    double first_start_s = -1;
    PartTimes parts{};
  };

  [[nodiscard]] Plan const& plan_of(Attempt const& attempt) const { return scenario_.workloads[attempt.workload].plan; }
  [[nodiscard]] MemberMap members_of(Attempt const& attempt) const;
  void bind(Attempt& attempt);
  std::uint32_t claim();
  void start_phase(std::uint32_t id);
  void count(Attempt const& attempt, std::uint32_t phase);
  [[nodiscard]] std::uint64_t served_by(Attempt const& attempt, Phase const& setup) const;
  bool wait_for_setup(std::uint32_t id);
  std::vector<std::uint32_t> open_gate(Attempt const& attempt);
  void resume(std::vector<std::uint32_t> const& waiting);
  [[nodiscard]] bool advance(Attempt& attempt);
  [[nodiscard]] RequestPass pass_of(Attempt const& attempt, Phase const& phase) const;
  std::uint32_t accept(Attempt& attempt);

  Scenario const& scenario_;
  Simulation& simulation_;
  Deployment& deployment_;
  ServerPool& servers_;
  std::vector<Compiled> compiled_;  ///< by workload
  std::vector<Attempt> attempts_;
  std::vector<std::uint32_t> free_;
  InFlight<std::uint32_t> slot_of_request_;
  std::vector<TaskAmount> amounts_;  ///< of the phase that is being started
};

}  // namespace coinfer
