#include "scenarios/run/server_pool.hpp"

#include <algorithm>
#include <cassert>

#include "privacy/yielding.hpp"
#include "scenarios/run/own_resources.hpp"
#include "workloads/serving/scheduler_table.hpp"
#include "workloads/serving/table_step_cost.hpp"

namespace coinfer {

ServerPool::ServerPool(Scenario const& scenario, Simulation& simulation, Deployment& deployment)
    : scenario_(scenario), simulation_(simulation), deployment_(deployment), servers_(scenario.servers.size()) {
  std::vector<std::uint32_t> first_user(scenario.platform.devices().size(), 0);
  for (std::size_t device = 1; device < first_user.size(); ++device) {
    first_user[device] = first_user[device - 1] + scenario.platform.devices()[device - 1].count;
  }
  for (Workload const& workload : scenario.workloads) {
    first_user_.push_back(first_user[workload.source.index()]);
    counts_.emplace_back(workload.servers.size());
    met_.resize(std::max(met_.size(), workload.servers.size()));
    for (std::uint32_t role = 0; role < workload.servers.size(); ++role) {
      ScenarioServer const& described = scenario.servers[workload.servers[role]];
      Server& server = servers_[workload.servers[role]];
      if (server.plan != nullptr) continue;
      Phase const& iteration = workload.plan.iteration(role);
      server.plan = &workload.plan;
      server.role = role;
      server.own_resources = has_own_resources(scenario, workload.servers[role]);
      server.graph = simulation.add_graph(iteration.graph);
      server.step = std::make_unique<PlanBatchStep>(iteration);
      server.router = make_router(described.config.router);
      server.replicas.resize(described.replicas);
      server.loads.resize(described.replicas);
    }
  }
}

ServerPool::Replica const& ServerPool::replica_of(std::uint32_t workload, std::uint32_t role, std::uint32_t replica) const {
  return servers_[scenario_.workloads[workload].servers[role]].replicas[replica];
}

ServerPool::Replica& ServerPool::replica_of(std::uint32_t workload, std::uint32_t role, std::uint32_t replica) {
  return servers_[scenario_.workloads[workload].servers[role]].replicas[replica];
}

ServerId ServerPool::server(std::uint32_t workload, std::uint32_t role, std::uint32_t replica) const {
  return replica_of(workload, role, replica).id;
}

std::uint32_t ServerPool::member_of(std::uint32_t workload, std::uint32_t role, std::uint32_t replica) const {
  return replica * scenario_.servers[scenario_.workloads[workload].servers[role]].config.group_size();
}

void ServerPool::create(std::uint32_t index, std::uint32_t replica) {
  Server& server = servers_[index];
  ScenarioServer const& described = scenario_.servers[index];
  Phase const* const iteration = &server.plan->iteration(server.role);
  std::uint32_t const member = replica * described.config.group_size();
  BoundRoles bound = deployment_.bind(*server.plan, std::span(&iteration, 1), {replica, {{described.at.device, member}}});
  Replica& created = server.replicas[replica];
  created.scheduler = make_scheduler(described.config, described.kv_blocks);
  created.id = simulation_.add_server({*created.scheduler, *server.step, server.graph, std::move(bound.stations),
                                       std::move(bound.routes), server.own_resources});
  assert(created.id.index() == places_.size());
  places_.push_back({index, replica});
}

std::uint32_t ServerPool::route(Server& server, std::uint32_t member) {
  for (std::size_t i = 0; i < server.replicas.size(); ++i) {
    Replica const& replica = server.replicas[i];
    server.loads[i] = {replica.outstanding, replica.scheduler ? replica.scheduler->waiting() : 0,
                       replica.scheduler ? replica.scheduler->waiting_tokens() : 0, true};
  }
  return server.router->choose(server.loads, member);
}

void ServerPool::choose(std::uint32_t w, std::uint32_t member, std::span<std::uint32_t> replicas) {
  Workload const& workload = scenario_.workloads[w];
  for (std::uint32_t role = 0; role < replicas.size(); ++role) {
    std::uint32_t const index = workload.servers[role];
    Server& server = servers_[index];
    bool const own = scenario_.servers[index].at.device == workload.source;
    std::uint32_t const count = static_cast<std::uint32_t>(server.replicas.size());
    replicas[role] = own ? member / scenario_.servers[index].config.group_size() : count == 1 ? 0 : route(server, member);
    if (!server.replicas[replicas[role]].scheduler) create(index, replicas[role]);
    ++server.replicas[replicas[role]].outstanding;
  }
}

/// Whether a server does the openings of another one of the workload, and nothing more.
bool ServerPool::only_opens(std::uint32_t w, std::uint32_t role) const {
  std::vector<std::uint32_t> const& used = scenario_.workloads[w].servers;
  std::string const& name = scenario_.servers[used[role]].config.name;
  return std::any_of(used.begin(), used.end(),
                     [&](std::uint32_t other) { return scenario_.servers[other].config.prefill_on == name; });
}

/// Whether a request of the workload holds keys and values on several servers at the same time: those of one that only
/// opens are gone when others begin.
bool ServerPool::reserves(std::uint32_t w) const {
  std::uint32_t holding = 0;
  for (std::uint32_t role = 0; role < scenario_.workloads[w].servers.size(); ++role) holding += only_opens(w, role) ? 0 : 1;
  return holding > 1;
}

void ServerPool::open(std::uint32_t session, std::uint32_t w, std::uint32_t member, RequestShape const& shape,
                      std::span<std::uint32_t const> replicas) {
  Workload const& workload = scenario_.workloads[w];
  for (std::uint32_t role = 0; role < replicas.size(); ++role) {
    ScenarioServer const& server = scenario_.servers[workload.servers[role]];
    SessionShape described;
    described.prompt_tokens = shape.prompt_tokens;
    // Drafted tokens take room, too, until they are not accepted.
    described.output_tokens = std::max<std::uint32_t>(1, shape.output_tokens) + workload.plan.tokens_per_step - 1;
    // As if the keys and values left with the first token: the time of their transfer is not counted as held.
    if (only_opens(w, role)) described.output_tokens = 1;
    // The keys and values of the prompt come from the server that opened it; an encoder keeps none and is done where it is.
    bool const delivered = !server.config.prefill_on.empty() && shape.output_tokens > 0;
    if (delivered) described.delivered_tokens = shape.prompt_tokens;
    described.user = first_user_[w] + member;
    described.reserves = reserves(w);
    described.workload = w;
    if (server.config.prefix_caching && !shape.prefix_ids.empty()) {
      described.prefix_hashes =
          block_hashes(shape.prefix_ids, shape.prefix_id_tokens, server.config.kv_block_tokens, shape.prompt_tokens);
    }
    replica_of(w, role, replicas[role]).scheduler->open_session(session, described);
    met_[role].add(session, 0);
  }
}

void ServerPool::close(std::uint32_t session, std::uint32_t w, std::span<std::uint32_t const> replicas) {
  for (std::uint32_t role = 0; role < replicas.size(); ++role) {
    Replica& replica = replica_of(w, role, replicas[role]);
    replica.scheduler->close_session(session);
    met_[role].remove(session);
    --replica.outstanding;
    if (replica.scheduler->waiting() > 0) simulation_.wake(replica.id);
  }
}

void ServerPool::keep(std::uint32_t session, std::uint32_t w, std::span<std::uint32_t const> replicas,
                      std::uint32_t tokens) {
  for (std::uint32_t role = 0; role < replicas.size(); ++role) {
    replica_of(w, role, replicas[role]).scheduler->trim_session(session, tokens);
  }
}

std::uint32_t ServerPool::role_of(std::uint32_t w, std::uint32_t server) const {
  std::vector<std::uint32_t> const& roles = scenario_.workloads[w].servers;
  return static_cast<std::uint32_t>(std::find(roles.begin(), roles.end(), server) - roles.begin());
}

/// Whether the first iteration of a session at a role is among them.
bool ServerPool::meet(std::uint32_t role, std::uint32_t session, std::uint32_t iterations) {
  std::uint8_t& met = met_[role][session];
  bool const first = met == 0;
  met = static_cast<std::uint8_t>(std::min<std::uint32_t>(2, met + iterations));
  return first;
}

void ServerPool::iterations_started(ServerId id, Batch const& batch, std::uint32_t iterations, RequestLog const& requests) {
  std::uint32_t const server = places_[id.index()].server;
  std::uint32_t workload = UINT32_MAX;
  std::uint32_t role = 0;
  for (BatchItem const& item : batch.items) {
    RequestRecord const& request = requests[item.session];
    if (request.workload != workload) role = role_of(workload = request.workload, server);
    std::vector<UserCount>& counts = counts_[workload][role];
    if (request.member >= counts.size()) counts.resize(request.member + 1);
    UserCount& count = counts[request.member];
    count.runs += iterations;
    if (item.yields) count.yielding += iterations;
    if (meet(role, item.session, iterations)) ++count.requests;
  }
}

void ServerPool::add_unstarted(std::uint32_t w, std::uint32_t role, std::uint32_t index, RequestLog const& requests,
                               std::vector<UnstartedTask>& unstarted) const {
  Server const& server = servers_[scenario_.workloads[w].servers[role]];
  Phase const& phase = server.plan->iteration(server.role);
  for (Replica const& replica : server.replicas) {
    if (!replica.scheduler) continue;
    IterationServer const& running = simulation_.server(replica.id);
    if (!running.busy()) continue;
    for (BatchItem const& item : running.batch().items) {
      RequestRecord const& request = requests[item.session];
      if (request.workload != w) continue;
      for (std::uint32_t task = 0; task < phase.tasks.size(); ++task) {
        bool const shows = item.yields || !shows_yielding_only(*server.plan, phase, task);
        bool const cut = !simulation_.iteration_task_started(replica.id, task);
        if (shows && cut) unstarted.push_back({index, task, request.member, met_[role][item.session] == 1});
      }
    }
  }
}

std::vector<ServerRecord> ServerPool::records() const {
  std::vector<ServerRecord> records;
  for (Server const& server : servers_) {
    ServerRecord record;
    for (Replica const& replica : server.replicas) {
      if (!replica.scheduler) continue;
      IterationServer const& running = simulation_.server(replica.id);
      SchedulerStatistics const& seen = replica.scheduler->statistics();
      ++record.replicas_used;
      record.busy_s += running.occupancy().busy_s();
      record.in_batch_s += running.occupancy().service_s();
      record.waiting_s += running.occupancy().waiting_s();
      record.iterations += running.iterations();
      record.tokens += running.units();
      record.largest_batch = std::max<std::uint64_t>(record.largest_batch, running.largest_batch());
      record.preemptions += seen.preemptions;
      record.recomputed_tokens += seen.recomputed_tokens;
      record.prefix_hit_tokens += seen.prefix_hit_tokens;
      record.prefix_hit_blocks_other += replica.scheduler->cache_statistics().blocks_hit_other;
      record.peak_kv_blocks = std::max(record.peak_kv_blocks, seen.peak_blocks);
    }
    if (server.plan != nullptr) {
      for (auto const& cost : server.plan->iteration(server.role).costs) {
        if (auto const* table = dynamic_cast<TableStepCost const*>(cost.get())) {
          record.priced += table->priced();
          record.extrapolated += table->extrapolated();
        }
      }
    }
    records.push_back(record);
  }
  return records;
}

}  // namespace coinfer
