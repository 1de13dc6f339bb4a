#include "sim/kernel/network.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

PipeId Network::add_pipe(PipeSpec const& spec) {
  assert(spec.bytes_per_s > 0);
  PipeState pipe;
  pipe.spec = spec;
  pipe.occupancy.advance(state_.now_s);
  pipes_.push_back(pipe);
  flows_.add_link(spec.bytes_per_s, spec.sharing == Sharing::fair);
  return PipeId(static_cast<std::uint32_t>(pipes_.size() - 1));
}

JitterId Network::add_jitter(Distribution const& extra_s, RandomStream const& stream) {
  jitters_.push_back({extra_s, stream});
  return JitterId(static_cast<std::uint32_t>(jitters_.size() - 1));
}

RouteId Network::add_route(std::span<PipeId const> pipes, double latency_s, std::span<PipeId const> backward,
                           std::span<JitterId const> jitter) {
  assert(latency_s >= 0);
  Path path;
  path.latency_s = latency_s;
  for (PipeId pipe : pipes) path.pipes.push_back(pipe.index());
  for (PipeId pipe : backward) path.backward.push_back(pipe.index());
  for (JitterId id : jitter) path.jitter.push_back(id.index());
  std::sort(path.pipes.begin(), path.pipes.end());
  assert(std::adjacent_find(path.pipes.begin(), path.pipes.end()) == path.pipes.end());
  for (std::uint32_t pipe : path.pipes) {
    if (pipes_[pipe].spec.sharing == Sharing::fifo) path.fifo.push_back(pipe);
  }
  routes_.push_back(std::move(path));
  return RouteId(static_cast<std::uint32_t>(routes_.size() - 1));
}

void Network::set_bandwidth(PipeId pipe, double bytes_per_s) {
  pipes_[pipe.index()].spec.bytes_per_s = bytes_per_s;
  flows_.set_bandwidth(pipe.index(), bytes_per_s, state_.now_s);
}

LoneRoute Network::alone(RouteId route) const {
  Path const& path = routes_[route.index()];
  assert(path.jitter.empty());
  LoneRoute lone{path.latency_s};
  for (std::uint32_t pipe : path.pipes) lone.bytes_per_s = std::min(lone.bytes_per_s, pipes_[pipe].spec.bytes_per_s);
  return lone;
}

void Network::credit(RouteId route, double offered_bytes, double bytes, std::uint64_t transfers, double flow_s) {
  Path const& path = routes_[route.index()];
  for (std::uint32_t index : path.pipes) {
    pipes_[index].occupancy.add_service(flow_s);
    pipes_[index].offered_bytes += offered_bytes;
    pipes_[index].bytes += bytes;
    pipes_[index].transfers += transfers;
  }
  for (std::uint32_t index : path.backward) pipes_[index].backward_bytes += bytes;
}

void Network::settle() {
  for (PipeState& pipe : pipes_) pipe.occupancy.advance(state_.now_s);
}

void Network::request(std::uint32_t task) {
  TaskRun& entry = state_.tasks[task];
  Path const& path = path_of(task);
  for (std::uint32_t pipe : path.pipes) pipes_[pipe].offered_bytes += entry.amount;
  entry.propagation_s = path.latency_s;
  for (std::uint32_t jitter : path.jitter) entry.propagation_s += draw(jitters_[jitter].extra_s, jitters_[jitter].stream);
  if (entry.propagation_s > 0) {
    entry.phase = TaskPhase::propagating;
    state_.schedule(task, EventKind::delay_end, entry.ready_s + entry.propagation_s);
  } else {
    acquire(task);
  }
}

/// Acquires the path's fifo pipes in their order; waits at the first that is held. The fixed order rules out deadlock.
void Network::acquire(std::uint32_t task) {
  Path const& path = path_of(task);
  TaskRun& entry = state_.tasks[task];
  while (entry.links_held < path.fifo.size()) {
    PipeState& pipe = pipes_[path.fifo[entry.links_held]];
    if (pipe.held) {
      entry.phase = TaskPhase::waiting;
      pipe.waiting.push_back(state_, task);
      pipe.occupancy.change(state_.now_s, 0, +1);
      listener_.transfer_waits(task);
      return;
    }
    pipe.held = true;
    ++entry.links_held;
  }
  start(task);
}

/// Whether there is anything to move, and anything to move it over.
bool Network::flows(std::uint32_t task) const { return state_.tasks[task].amount > 0 && !path_of(task).pipes.empty(); }

void Network::start(std::uint32_t task) {
  Path const& path = path_of(task);
  TaskRun& entry = state_.tasks[task];
  entry.phase = TaskPhase::running;
  entry.start_s = state_.now_s;
  for (std::uint32_t pipe : path.pipes) pipes_[pipe].occupancy.change(state_.now_s, +1, 0);
  listener_.transfer_started(task);
  if (flows(task)) {
    flows_.start(task, path.pipes, entry.amount, state_.now_s);
  } else {
    state_.schedule(task, EventKind::delay_end, state_.now_s);
  }
}

/// Gives back what a transfer holds and lets the next ones in.
void Network::release(std::uint32_t task) {
  Path const& path = path_of(task);
  TaskRun& entry = state_.tasks[task];
  std::uint32_t const held = entry.links_held;
  entry.links_held = 0;
  for (std::uint32_t i = 0; i < held; ++i) {
    PipeState& pipe = pipes_[path.fifo[i]];
    pipe.held = false;
    if (pipe.waiting.empty()) continue;
    std::uint32_t const next = pipe.waiting.pop_front(state_);
    pipe.occupancy.change(state_.now_s, 0, -1);
    acquire(next);
  }
}

void Network::cancel(std::uint32_t task) {
  Path const& path = path_of(task);
  TaskRun& entry = state_.tasks[task];
  if (entry.phase == TaskPhase::waiting) {
    PipeState& pipe = pipes_[path.fifo[entry.links_held]];
    pipe.waiting.remove(state_, task);
    pipe.occupancy.change(state_.now_s, 0, -1);
  } else if (entry.phase == TaskPhase::running || entry.phase == TaskPhase::ending) {
    for (std::uint32_t pipe : path.pipes) pipes_[pipe].occupancy.change(state_.now_s, -1, 0);
    if (entry.phase == TaskPhase::running && flows(task)) flows_.cancel(task, path.pipes, state_.now_s);
  }
  release(task);
}

void Network::end_delay(std::uint32_t task) {
  if (state_.tasks[task].phase == TaskPhase::propagating) {
    acquire(task);
  } else {
    end(task);
  }
}

void Network::end_flows(std::uint32_t group, std::uint32_t stamp) {
  ended_.clear();
  flows_.end(group, stamp, state_.now_s, ended_);
  state_.end_together(ended_, [this](std::uint32_t task) { end(task); });
}

void Network::flow_ended(std::uint32_t task, double now_s) {
  if (state_.stopped) return;  // SimGrid finishes its flows, but nobody listens any more
  assert(now_s >= state_.now_s);
  listener_.clock_moves(now_s);
  state_.now_s = now_s;
  end(task);
}

void Network::end(std::uint32_t task) {
  double const bytes = state_.tasks[task].amount;
  for (std::uint32_t index : path_of(task).pipes) {
    PipeState& pipe = pipes_[index];
    pipe.occupancy.change(state_.now_s, -1, 0);
    pipe.bytes += bytes;
    ++pipe.transfers;
  }
  for (std::uint32_t index : path_of(task).backward) pipes_[index].backward_bytes += bytes;
  release(task);
  listener_.transfer_ended(task);
}

}  // namespace coinfer
