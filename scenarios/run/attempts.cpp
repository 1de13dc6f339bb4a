#include "scenarios/run/attempts.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace coinfer {

namespace {

/// Whether a phase asks for the same amounts whatever the request: no rule adds anything and no server is called.
bool is_fixed(Phase const& phase) {
  bool const rules = std::any_of(phase.amounts.begin(), phase.amounts.end(), [](AmountRule const& rule) {
    return rule.per_token != 0 || rule.per_sequence != 0 || rule.per_prompt != 0 || rule.per_further_token != 0 ||
           rule.cost != AmountRule::no_cost || rule.overhead != AmountRule::no_cost ||
           rule.second_overhead != AmountRule::no_cost;
  });
  auto const tasks = phase.graph.tasks();
  return !rules && std::none_of(tasks.begin(), tasks.end(), [](Task const& task) { return task.kind == TaskKind::serve; });
}

}  // namespace

Attempts::Attempts(Scenario const& scenario, Simulation& simulation, Deployment& deployment, ServerPool& servers)
    : scenario_(scenario), simulation_(simulation), deployment_(deployment), servers_(servers) {
  for (std::uint32_t w = 0; w < scenario.workloads.size(); ++w) {
    Plan const& plan = scenario.workloads[w].plan;
    Compiled compiled{{}, {}, {}, {}, RandomStream(scenario.seed, "requests.acceptance", w), {}, {}};
    for (std::uint32_t i = 0; i < plan.phases.size(); ++i) {
      bool const own = plan.phases[i].kind != PhaseKind::iteration;
      compiled.graphs.push_back(own ? simulation.add_graph(plan.phases[i].graph) : GraphId());
      compiled.fixed.push_back(is_fixed(plan.phases[i]));
      if (own) compiled.phases.push_back(i);
    }
    compiled.counts.resize(plan.phases.size());
    std::stable_sort(compiled.phases.begin(), compiled.phases.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return plan.phases[a].kind < plan.phases[b].kind; });
    compiled_.push_back(std::move(compiled));
  }
}

std::uint32_t Attempts::claim() {
  if (free_.empty()) {
    attempts_.emplace_back();
    return static_cast<std::uint32_t>(attempts_.size() - 1);
  }
  std::uint32_t const slot = free_.back();
  free_.pop_back();
  return slot;
}

MemberMap Attempts::members_of(Attempt const& attempt) const {
  MemberMap members{attempt.member, {}};
  for (std::uint32_t role = 0; role < attempt.replicas.size(); ++role) {
    members.chosen.emplace_back(plan_of(attempt).servers[role].device,
                                servers_.member_of(attempt.workload, role, attempt.replicas[role]));
  }
  return members;
}

/// The resources of the source's member and of the chosen replicas, found again where they were used before.
void Attempts::bind(Attempt& attempt) {
  Workload const& workload = scenario_.workloads[attempt.workload];
  Compiled& compiled = compiled_[attempt.workload];
  std::uint64_t key = attempt.member;
  attempt.servers.clear();
  for (std::uint32_t role = 0; role < attempt.replicas.size(); ++role) {
    key = key * scenario_.servers[workload.servers[role]].replicas + attempt.replicas[role];
    attempt.servers.push_back(servers_.server(attempt.workload, role, attempt.replicas[role]));
  }
  auto found = compiled.bound.find(key);
  if (found == compiled.bound.end()) {
    std::vector<Phase const*> phases;
    for (std::uint32_t phase : compiled.phases) phases.push_back(&workload.plan.phases[phase]);
    found = compiled.bound.emplace(key, deployment_.bind(workload.plan, phases, members_of(attempt))).first;
  }
  attempt.bound = &found->second;
}

void Attempts::begin(std::uint32_t id, RequestRecord const& request, RequestShape const& shape) {
  std::uint32_t const slot = claim();
  slot_of_request_.add(id, slot);
  Attempt& attempt = attempts_[slot];
  attempt.workload = request.workload;
  attempt.member = request.member;
  attempt.prompt = shape.prompt_tokens;
  attempt.output = shape.output_tokens;
  attempt.produced = 0;
  attempt.at = 0;
  attempt.again = false;
  attempt.waits_since_s = attempt.first_start_s = -1;
  attempt.parts = {};
  attempt.replicas.resize(scenario_.workloads[request.workload].servers.size());
  servers_.choose(attempt.workload, attempt.member, attempt.replicas);
  bind(attempt);
  servers_.open(id, attempt.workload, attempt.member, shape, attempt.replicas);
  start_phase(id);
}

RequestPass Attempts::pass_of(Attempt const& attempt, Phase const& phase) const {
  std::uint32_t const further = attempt.output > 0 ? attempt.output - 1 : 0;
  if (phase.kind == PhaseKind::each_step) {
    return {plan_of(attempt).tokens_per_step, attempt.prompt + attempt.produced - 1, 0};
  }
  return {std::max<std::uint32_t>(1, attempt.prompt), 0, further};
}

void Attempts::start_phase(std::uint32_t id) {
  if (wait_for_setup(id)) return;
  Attempt& attempt = attempts_[slot_of_request_[id]];
  Compiled const& compiled = compiled_[attempt.workload];
  std::uint32_t const index = compiled.phases[attempt.at];
  Phase const& phase = plan_of(attempt).phases[index];
  std::span<TaskAmount const> amounts;
  if (!compiled.fixed[index]) {
    amounts_.assign(phase.tasks.size(), TaskAmount{});
    price(phase, pass_of(attempt, phase), amounts_);
    amounts = amounts_;
  }
  Binding const binding{attempt.bound->stations, attempt.bound->routes, attempt.servers};
  count(attempt, index);
  RunId const run = simulation_.start(compiled.graphs[index], binding, id, amounts);
  attempts_[slot_of_request_[id]].run = run;
}

/// A run of a phase begins.
void Attempts::count(Attempt const& attempt, std::uint32_t phase) {
  std::vector<UserCount>& counts = compiled_[attempt.workload].counts[phase];
  if (attempt.member >= counts.size()) counts.resize(attempt.member + 1);
  UserCount& count = counts[attempt.member];
  ++count.runs;
  if (!attempt.again) ++count.requests;
}

/// Whom a setup serves, as a number: the member of the source, where each has its own, and the machines of other fleets
/// that its steps work on.
std::uint64_t Attempts::served_by(Attempt const& attempt, Phase const& setup) const {
  Workload const& workload = scenario_.workloads[attempt.workload];
  MemberMap const members = members_of(attempt);
  std::vector<DeviceId> others;
  for (Task const& task : setup.graph.tasks()) {
    if (task.kind != TaskKind::compute) continue;
    DeviceId const device = workload.plan.stations[task.role].processor.device;
    bool const known = std::find(others.begin(), others.end(), device) != others.end();
    if (device != workload.source && !known) others.push_back(device);
  }
  for (Task const& task : setup.graph.tasks()) {
    if (task.kind != TaskKind::transfer) continue;
    Journey const journey = workload.plan.journeys[task.role];
    for (DeviceId const device : {journey.from, journey.to}) {
      bool const known = std::find(others.begin(), others.end(), device) != others.end();
      if (device != workload.source && !known) others.push_back(device);
    }
  }
  std::uint64_t number = setup.scope == SetupScope::device ? attempt.member : 0;
  for (DeviceId device : others) {
    number = number * scenario_.platform.device(device).count + members.of(scenario_.platform, device);
  }
  return number;
}

/// Whether the phase to come is a setup that another request is running. Setups that are done are passed over.
bool Attempts::wait_for_setup(std::uint32_t id) {
  Attempt& attempt = attempts_[slot_of_request_[id]];
  Compiled& compiled = compiled_[attempt.workload];
  while (attempt.at < compiled.phases.size()) {
    std::uint32_t const index = compiled.phases[attempt.at];
    Phase const& phase = plan_of(attempt).phases[index];
    if (phase.kind != PhaseKind::setup || phase.scope == SetupScope::request) return false;
    auto const [gate, first] = compiled.gates.try_emplace({index, served_by(attempt, phase)});
    if (first) return false;
    if (!gate->second.open) {
      gate->second.waiting.push_back(id);
      attempt.waits_since_s = simulation_.now_s();
      return true;
    }
    ++attempt.at;
  }
  return false;
}

/// Whoever waits for the setup that an attempt has just run; none where it has run something else.
std::vector<std::uint32_t> Attempts::open_gate(Attempt const& attempt) {
  Compiled& compiled = compiled_[attempt.workload];
  std::uint32_t const index = compiled.phases[attempt.at];
  Phase const& phase = plan_of(attempt).phases[index];
  if (phase.kind != PhaseKind::setup || phase.scope == SetupScope::request) return {};
  auto& gate = compiled.gates.at({index, served_by(attempt, phase)});
  gate.open = true;
  return std::exchange(gate.waiting, {});
}

/// The setup that they waited for is done.
void Attempts::resume(std::vector<std::uint32_t> const& waiting) {
  for (std::uint32_t other : waiting) {
    Attempt& waits = attempts_[slot_of_request_[other]];
    waits.parts[queue_part] += simulation_.now_s() - waits.waits_since_s;
    waits.waits_since_s = -1;
    start_phase(other);
  }
}

/// Tokens of the answer that a step adds: the next one, and drafted ones as long as they are accepted.
std::uint32_t Attempts::accept(Attempt& attempt) {
  Plan const& plan = plan_of(attempt);
  std::uint32_t accepted = 1;
  RandomStream& draws = compiled_[attempt.workload].acceptance;
  while (accepted < plan.tokens_per_step && draws.uniform() < plan.acceptance) ++accepted;
  return std::min(accepted, attempt.output - attempt.produced);
}

/// Moves to the phase to come. Returns whether there is one.
bool Attempts::advance(Attempt& attempt) {
  Compiled const& compiled = compiled_[attempt.workload];
  Plan const& plan = plan_of(attempt);
  PhaseKind const ended = plan.phases[compiled.phases[attempt.at]].kind;
  if (ended == PhaseKind::once) attempt.produced = std::min<std::uint32_t>(1, attempt.output);
  if (ended == PhaseKind::each_step) {
    attempt.produced += accept(attempt);
    attempt.again = true;
    if (attempt.produced < attempt.output) return true;
  }
  attempt.again = false;
  ++attempt.at;
  while (attempt.at < compiled.phases.size()) {
    PhaseKind const next = plan.phases[compiled.phases[attempt.at]].kind;
    bool const nothing_to_do = attempt.output <= 1 && (next == PhaseKind::each_step || next == PhaseKind::closing);
    if (!nothing_to_do) return true;
    ++attempt.at;
  }
  return false;
}

bool Attempts::run_ended(std::uint32_t id, RunId run, RequestRecord& request) {
  std::uint32_t const slot = slot_of_request_[id];
  Attempt& attempt = attempts_[slot];
  PartTimes const times = simulation_.part_times(run);
  for (std::size_t part = 0; part < part_count; ++part) attempt.parts[part] += times[part];
  double const start_s = simulation_.first_start_s(run);
  if (attempt.first_start_s < 0) attempt.first_start_s = start_s;
  Phase const& phase = plan_of(attempt).phases[compiled_[attempt.workload].phases[attempt.at]];
  if (phase.first_token != Phase::no_task) request.first_token_s = simulation_.task_end_s(run, phase.first_token);
  std::vector<std::uint32_t> const waiting = open_gate(attempt);
  if (advance(attempt)) {
    if (plan_of(attempt).tokens_per_step > 1) {
      servers_.keep(id, attempt.workload, attempt.replicas, attempt.prompt + attempt.produced - 1);
    }
    start_phase(id);
    // It came before those that waited for its setup.
    resume(waiting);
    return false;
  }
  for (std::size_t i = 0; i < part_names.size(); ++i) request.parts_s[i] = attempt.parts[part_names[i].part];
  request.start_s = attempt.first_start_s;
  servers_.close(id, attempt.workload, attempt.replicas);
  slot_of_request_.remove(id);
  free_.push_back(slot);
  return true;
}

double Attempts::first_start_s(std::uint32_t id) const {
  Attempt const& attempt = attempts_[slot_of_request_[id]];
  if (attempt.first_start_s >= 0 || attempt.waits_since_s >= 0) return attempt.first_start_s;
  return simulation_.first_start_s(attempt.run);
}

void Attempts::add_unstarted(std::uint32_t id, std::vector<UnstartedTask>& unstarted) const {
  Attempt const& attempt = attempts_[slot_of_request_[id]];
  if (attempt.waits_since_s >= 0) return;
  std::uint32_t const index = compiled_[attempt.workload].phases[attempt.at];
  for (std::uint32_t task = 0; task < plan_of(attempt).phases[index].tasks.size(); ++task) {
    if (!simulation_.started(attempt.run, task)) unstarted.push_back({index, task, attempt.member, !attempt.again});
  }
}

std::vector<std::vector<std::uint64_t>> Attempts::task_starts(std::uint32_t workload) const {
  std::vector<std::vector<std::uint64_t>> starts;
  for (GraphId graph : compiled_[workload].graphs) {
    if (!graph.valid()) {
      starts.emplace_back();
      continue;
    }
    std::span<std::uint64_t const> const counts = simulation_.starts(graph);
    starts.emplace_back(counts.begin(), counts.end());
  }
  return starts;
}

}  // namespace coinfer
