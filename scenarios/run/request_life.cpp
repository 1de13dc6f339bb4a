#include "scenarios/run/request_life.hpp"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <limits>

#include "privacy/yielding.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

constexpr std::uint32_t no_user = UINT32_MAX;
constexpr std::uint64_t progress_every = 1 << 16;

/// How many requests a run may have: at the end all latencies are in memory at once, and records fill a temporary file. A
/// run that no count bounds, of users who neither think nor wait, would else go on until the disk is full.
std::uint64_t most_requests() {
  constexpr std::uint64_t bytes_per_request = 256;
  auto const pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
  auto const page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return std::min<std::uint64_t>(pages * page_bytes / bytes_per_request, no_user - 1);
}

}  // namespace

RequestLife::RequestLife(Scenario const& scenario, RunOptions const& options)
    : scenario_(scenario),
      simulation_(scenario.engine, *this),
      deployment_(scenario, simulation_),
      servers_(scenario, simulation_, deployment_),
      attempts_(scenario, simulation_, deployment_, servers_),
      spending_(scenario, record_.exhaustions),
      progress_(options.progress),
      watcher_(options.watcher),
      most_requests_(most_requests()) {
  record_.requests = RequestLog(options.file);
  for (std::uint32_t w = 0; w < scenario.workloads.size(); ++w) add_feed(w);
  if (options.timeline) timeline_.emplace(deployment_, simulation_);
  if (watcher_ == nullptr) return;
  simulation_.watch(*watcher_);
  watcher_->begins({scenario_, simulation_, deployment_, attempts_, servers_, record_.requests});
}

void RequestLife::add_feed(std::uint32_t w) {
  Workload const& workload = scenario_.workloads[w];
  std::uint32_t const draws = workload.draws;
  Feed feed{nullptr, std::nullopt, RandomStream(scenario_.seed, "requests.device", draws),
            RandomStream(scenario_.seed, "arrivals.think", draws), nullptr};
  if (auto const* closed = std::get_if<ClosedLoop>(&workload.arrivals)) {
    feed.closed = *closed;
  } else {
    feed.open = make_arrivals(workload.arrivals, scenario_.seed, draws);
  }
  if (workload.lengths) feed.lengths = std::make_unique<RequestLengths>(*workload.lengths, scenario_.seed, draws);
  feeds_.push_back(std::move(feed));
}

RunRecord RequestLife::run() {
  for (std::uint32_t w = 0; w < feeds_.size(); ++w) {
    if (feeds_[w].open) {
      schedule_next(w);
      continue;
    }
    for (std::uint32_t number = 0; number < feeds_[w].closed->users; ++number) {
      users_.push_back({w, number});
      schedule_user(static_cast<std::uint32_t>(users_.size() - 1), false);
    }
  }
  double constexpr forever = std::numeric_limits<double>::infinity();
  // A run of a given duration is observed for that long even where its last stretch is quiet.
  if (scenario_.stop.duration) simulation_.run(scenario_.stop.duration->value());
  if (!scenario_.stop.duration || !scenario_.stop.cut) simulation_.run(forever);
  // Whoever waits at the end of a run that drains waits for nothing that could come.
  assert(scenario_.stop.cut || ended_ == record_.requests.size());
  collect();
  if (watcher_ != nullptr) watcher_->ends();
  return std::move(record_);
}

/// Everything the simulation knows, once it has ended.
void RequestLife::collect() {
  // Nothing has happened since the last event: dates between it and the end can still be read.
  if (timeline_) timeline_->clock_moves(simulation_.now_s());
  simulation_.settle();
  record_.processors = deployment_.processor_records();
  record_.enclaves = deployment_.enclave_records();
  record_.pipes = deployment_.pipe_records();
  record_.servers = servers_.records();
  record_.ledgers = spending_.records();
  for (std::uint32_t w = 0; w < feeds_.size(); ++w) {
    record_.task_starts.push_back(attempts_.task_starts(w));
    record_.shown.push_back(shown_counts(w));
  }
  // Requests still in flight have begun all the same.
  record_.requests.for_each_in_memory([&](std::uint64_t number, RequestRecord& request) {
    if (request.outcome != Outcome::unfinished) return;
    auto const id = static_cast<std::uint32_t>(number);
    request.start_s = attempts_.first_start_s(id);
    attempts_.add_unstarted(id, record_.shown[request.workload].unstarted);
  });
  record_.end_s = simulation_.now_s();
  if (timeline_) timeline_->collect(record_);
  record_.events = simulation_.events_handled();
  record_.simgrid_flows = simulation_.simgrid_flows();
}

/// What the phases of a workload's plan did for its users. The kernel counts an iteration once: how often its tasks have
/// started for sessions is added to the record here.
ShownCounts RequestLife::shown_counts(std::uint32_t w) {
  Plan const& plan = scenario_.workloads[w].plan;
  ShownCounts shown;
  for (std::uint32_t index = 0; index < plan.phases.size(); ++index) {
    Phase const& phase = plan.phases[index];
    if (phase.kind != PhaseKind::iteration) {
      shown.counts.push_back(attempts_.user_counts(w, index));
      continue;
    }
    shown.counts.push_back(servers_.user_counts(w, phase.server));
    std::vector<UnstartedTask> unstarted;
    servers_.add_unstarted(w, phase.server, index, record_.requests, unstarted);
    std::vector<std::uint64_t>& starts = record_.task_starts[w][index];
    starts.resize(phase.tasks.size());
    for (std::uint32_t task = 0; task < starts.size(); ++task) {
      bool const yielding = shows_yielding_only(plan, phase, task);
      for (UserCount const& user : shown.counts.back()) starts[task] += yielding ? user.yielding : user.runs;
    }
    for (UnstartedTask const& cut : unstarted) --starts[cut.task];
    shown.unstarted.insert(shown.unstarted.end(), unstarted.begin(), unstarted.end());
  }
  return shown;
}

bool RequestLife::arrivals_over(double time_s) const {
  Stop const& stop = scenario_.stop;
  if (stop.requests && record_.requests.size() >= *stop.requests) return true;
  return stop.duration && time_s > stop.duration->value();
}

void RequestLife::schedule_next(std::uint32_t w) {
  std::optional<Seconds> const next = feeds_[w].open->next();
  if (!next || arrivals_over(next->value())) return;
  simulation_.schedule_arrival(next->value(), w);
  ++arrivals_to_come_;
}

/// A user whose request was refused and who does not think would ask again at the same moment for ever: that one leaves.
void RequestLife::schedule_user(std::uint32_t user, bool refused) {
  Feed& feed = feeds_[users_[user].workload];
  double const think_s = draw(feed.closed->think, feed.think);
  double const time_s = simulation_.now_s() + think_s;
  if (refused && time_s <= simulation_.now_s()) return;
  if (!arrivals_over(time_s)) simulation_.schedule_timer(time_s, user, 0);
}

void RequestLife::arrived(std::uint32_t w) {
  --arrivals_to_come_;
  if (arrivals_over(simulation_.now_s())) return;  // another workload sent the last request meanwhile
  std::uint32_t const count = scenario_.platform.device(scenario_.workloads[w].source).count;
  auto const member = static_cast<std::uint32_t>(count == 1 ? 0 : feeds_[w].device.below(count));
  submit(w, member, no_user);
  schedule_next(w);
  // Recorded traces end by themselves; without a date that is where a run is cut.
  bool const last = arrivals_to_come_ == 0 && users_.empty();
  if (last && scenario_.stop.cut && !scenario_.stop.duration) simulation_.stop();
}

void RequestLife::timer_fired(std::uint32_t user, std::uint32_t) {
  if (arrivals_over(simulation_.now_s())) return;
  std::uint32_t const w = users_[user].workload;
  submit(w, users_[user].number % scenario_.platform.device(scenario_.workloads[w].source).count, user);
}

void RequestLife::submit(std::uint32_t w, std::uint32_t member, std::uint32_t user) {
  double const now_s = simulation_.now_s();
  if (record_.requests.size() >= most_requests_) {
    throw RunError("after " + std::to_string(record_.requests.size()) + " requests and " + shortest(now_s) +
                   " s of simulated time the memory of this machine holds no more");
  }
  auto const id = static_cast<std::uint32_t>(record_.requests.size());
  RequestRecord request;
  request.arrival_s = now_s;
  request.workload = w;
  request.member = member;
  request.warm_up = now_s < scenario_.stop.warm_up.value() || id < scenario_.stop.warm_up_requests;
  RequestShape shape;
  if (Feed& feed = feeds_[w]; feed.lengths) shape = feed.lengths->next(feed.open ? feed.open->row() : 0);
  request.prompt_tokens = shape.prompt_tokens;
  request.output_tokens = shape.output_tokens;
  record_.requests.append(request);
  record_.last_arrival_s = now_s;
  if (!users_.empty()) user_of_request_.add(id, user);
  if (spending_.allows(request, Seconds(now_s))) {
    attempts_.begin(id, request, shape);
  } else {
    reject(id);
  }
  bool const last = scenario_.stop.requests && record_.requests.size() >= *scenario_.stop.requests;
  if (last && scenario_.stop.cut) simulation_.stop();
}

void RequestLife::run_ended(RunId run, std::uint32_t id) {
  RequestRecord& request = record_.requests[id];
  if (!attempts_.run_ended(id, run, request)) return;
  request.end_s = simulation_.now_s();
  request.outcome = Outcome::completed;
  ended(id);
}

/// A request that its owner's privacy budget does not allow: nothing of it starts, so nobody sees anything.
void RequestLife::reject(std::uint32_t id) {
  RequestRecord& request = record_.requests[id];
  request.end_s = request.arrival_s;
  request.outcome = Outcome::rejected;
  request.attempts = 0;
  ended(id);
}

void RequestLife::ended(std::uint32_t id) {
  if (watcher_ != nullptr) watcher_->request_ended(id);
  if (++ended_ % progress_every == 0 && progress_) progress_(ended_, simulation_.now_s());
  // The run is over with its last request: arrivals that still stand in the calendar would only move the clock.
  bool const all_sent = scenario_.stop.requests && record_.requests.size() >= *scenario_.stop.requests;
  if (all_sent && simulation_.active_runs() == 0) simulation_.stop();
  bool const refused = record_.requests[id].outcome == Outcome::rejected;
  record_.requests.close(id);
  if (users_.empty()) return;
  std::uint32_t const user = user_of_request_[id];
  user_of_request_.remove(id);
  if (user != no_user) schedule_user(user, refused);
}

}  // namespace coinfer
