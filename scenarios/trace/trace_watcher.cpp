#include "scenarios/trace/trace_watcher.hpp"

#include "scenarios/run/deployment.hpp"
#include "scenarios/run/server_pool.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/number_format.hpp"
#include "sim/kernel/simulation.hpp"

namespace coinfer {

namespace {

/// At least what a request's slice and the ends of its arrow take.
std::int64_t constexpr request_bytes = 420;

}  // namespace

void TraceWatcher::begins(RunView const& run) {
  run_.emplace(run);
  names_.emplace(run);
}

double TraceWatcher::now_s() const { return run_->simulation.now_s(); }

std::uint32_t TraceWatcher::station_row(StationId station) {
  if (station_rows_.size() <= station.index()) station_rows_.resize(station.index() + std::size_t{1});
  std::optional<std::uint32_t>& row = station_rows_[station.index()];
  if (!row) {
    StationPlace const& place = run_->deployment.place(station);
    std::string const device = names_->device(place.ref.processor.device.index(), place.member);
    row = tracks_.row(tracks_.process(device), names_->unit(station));
  }
  return *row;
}

std::uint32_t TraceWatcher::pipe_row(PipeId pipe) {
  if (pipe_rows_.size() <= pipe.index()) pipe_rows_.resize(pipe.index() + std::size_t{1});
  std::optional<std::uint32_t>& row = pipe_rows_[pipe.index()];
  if (!row) row = tracks_.row(tracks_.process("network"), names_->pipe(pipe));
  return *row;
}

TraceWatcher::ServerTrack& TraceWatcher::server_track(ServerId server) {
  auto const found = server_tracks_.find(server.index());
  if (found != server_tracks_.end()) return found->second;
  auto const [index, replica] = run_->servers.place(server);
  ScenarioServer const& of = run_->scenario.servers[index];
  std::uint32_t const member = replica * of.config.group_size();
  std::string const name = names_->server(server);
  std::uint64_t const process = tracks_.process(names_->device(of.at.device.index(), member));
  Counter batch{R"({"ph":"C","pid":)" + std::to_string(process) + R"(,"name":)" + trace_text("batch of " + name), 0};
  return server_tracks_.emplace(server.index(), ServerTrack{tracks_.row(process, "server " + name), batch}).first->second;
}

TraceTracks::Thread TraceWatcher::add(Slice const& slice) {
  TraceTime const begin = trace_time(slice.begin_s);
  TraceTime const end = trace_time(slice.end_s);
  TraceTracks::Thread const thread = tracks_.place(slice.row, begin, end);
  file_.append(R"({"ph":"X","pid":)" + std::to_string(thread.process) + R"(,"tid":)" + std::to_string(thread.number) +
               R"(,"ts":)" + trace_number(begin) + R"(,"dur":)" + trace_number(end - begin) + R"(,"cat":")" +
               slice.category + R"(","name":)" + slice.name + R"(,"args":{)" + slice.arguments + "}}");
  return thread;
}

/// The arrow of a request goes through a slice that begins at `time_s`.
void TraceWatcher::add_step(std::uint32_t request, TraceTracks::Thread thread, double time_s) {
  if (open_.try_emplace(request, true).second) file_.reserve(request_bytes);
  file_.append(R"({"ph":"t","pid":)" + std::to_string(thread.process) + R"(,"tid":)" + std::to_string(thread.number) +
               R"(,"ts":)" + trace_number(trace_time(time_s)) + R"(,"cat":"flow","name":"request","id":)" +
               std::to_string(request) + "}");
}

void TraceWatcher::count(Counter& counter, double time_s, std::int64_t value, char const* what) {
  if (counter.last == value || full_) return;
  counter.last = value;
  file_.append(counter.head + R"(,"ts":)" + trace_number(trace_time(time_s)) + R"(,"args":{")" + what + R"(":)" +
               std::to_string(value) + "}}");
}

void TraceWatcher::count_station(StationId station) {
  if (station_queues_.size() <= station.index()) station_queues_.resize(station.index() + std::size_t{1});
  std::optional<Counter>& counter = station_queues_[station.index()];
  if (!counter) {
    std::uint64_t const process = tracks_.process_of(station_row(station));
    counter = Counter{
        R"({"ph":"C","pid":)" + std::to_string(process) + R"(,"name":)" + trace_text("queue of " + names_->unit(station)),
        0};
  }
  count(*counter, now_s(), run_->simulation.station(station).occupancy().waiting(), "waiting");
}

void TraceWatcher::count_pipe(PipeId pipe) {
  if (run_->simulation.pipe(pipe).spec.sharing != Sharing::fifo) return;
  if (pipe_queues_.size() <= pipe.index()) pipe_queues_.resize(pipe.index() + std::size_t{1});
  std::optional<Counter>& counter = pipe_queues_[pipe.index()];
  if (!counter) {
    std::uint64_t const process = tracks_.process_of(pipe_row(pipe));
    counter = Counter{
        R"({"ph":"C","pid":)" + std::to_string(process) + R"(,"name":)" + trace_text("queue of " + names_->pipe(pipe)), 0};
  }
  count(*counter, now_s(), run_->simulation.pipe(pipe).occupancy.waiting(), "waiting");
}

void TraceWatcher::count_queues(ObservedTask const& task) {
  if (full_) return;
  if (task.times.kind == TaskKind::compute) count_station(StationId(task.times.resource));
  if (task.times.kind != TaskKind::transfer) return;
  for (PipeId pipe : run_->deployment.pipes(RouteId(task.times.resource))) count_pipe(pipe);
}

void TraceWatcher::task_started(ObservedTask const& task) {
  if (task.times.start_s > task.times.ready_s) count_queues(task);
}

void TraceWatcher::task_ended(ObservedTask const& task, bool cancelled) {
  if (full_ || task.times.kind == TaskKind::serve) return;  // the server's iterations stand for it
  if (file_.full()) {
    cut();
    return;
  }
  if (cancelled) count_queues(task);
  TaskRun const& times = task.times;
  bool const of_request = task.server == nothing;
  double const waited_s = times.start_s - times.ready_s - (times.kind == TaskKind::transfer ? times.propagation_s : 0);
  std::string& name = task_names_[{task.graph.index(), task.task}];
  if (name.empty()) name = trace_text(names_->task(task.graph, task.task));
  std::string arguments = of_request ? R"("request":)" + std::to_string(task.tag) : R"("iteration":true)";
  if (waited_s > 0) arguments += R"(,"waited_us":)" + trace_number(trace_time(waited_s));
  if (times.kind == TaskKind::transfer) arguments += R"(,"bytes":)" + shortest(times.amount);
  if (cancelled) arguments += R"(,"cancelled":true)";
  Slice slice{0, "compute", name, times.start_s, times.end_s, arguments};
  std::optional<TraceTracks::Thread> first;
  if (times.kind == TaskKind::compute) {
    slice.row = station_row(StationId(times.resource));
    first = add(slice);
  } else if (times.kind == TaskKind::transfer) {
    slice.category = "transfer";
    for (PipeId pipe : run_->deployment.pipes(RouteId(times.resource))) {
      slice.row = pipe_row(pipe);
      TraceTracks::Thread const thread = add(slice);
      if (!first) first = thread;
    }
  } else {
    if (!delay_row_) delay_row_ = tracks_.row(TraceTracks::requests_process, "delays");
    slice.row = *delay_row_;
    slice.category = "delay";
    first = add(slice);
  }
  bool const lasts = trace_time(times.end_s) > trace_time(times.start_s);
  if (first && of_request && lasts) add_step(task.tag, *first, times.start_s);
}

void TraceWatcher::iterations_ended(ServerId id, Batch const& batch, double start_s) {
  if (full_) return;
  if (file_.full()) {
    cut();
    return;
  }
  ServerTrack& track = server_track(id);
  if (track.ended_s < start_s) count(track.batch, track.ended_s, 0, "sessions");
  count(track.batch, start_s, static_cast<std::int64_t>(batch.items.size()), "sessions");
  track.ended_s = now_s();
  std::uint64_t const iterations = run_->simulation.server(id).iterations();
  std::uint64_t const news = iterations - track.iterations;
  track.iterations = iterations;
  std::uint64_t units = 0;
  for (BatchItem const& item : batch.items) units += item.units;
  std::string const name = news == 1 ? "iteration" : std::to_string(news) + " iterations";
  std::string const arguments =
      R"("sessions":)" + std::to_string(batch.items.size()) + R"(,"tokens":)" + std::to_string(units * news);
  TraceTracks::Thread const thread = add({track.row, "iteration", trace_text(name), start_s, now_s(), arguments});
  if (trace_time(now_s()) == trace_time(start_s)) return;
  for (BatchItem const& item : batch.items) add_step(item.session, thread, start_s);
}

/// The slice of a request, and both ends of its arrow, which it needs only where it has steps.
void TraceWatcher::add_request(std::uint32_t request, double end_s, char const* how) {
  RequestRecord const& record = run_->requests[request];
  Workload const& workload = run_->scenario.workloads[record.workload];
  if (!request_row_) request_row_ = tracks_.row(TraceTracks::requests_process, "requests");
  std::string const arguments = R"("request":)" + std::to_string(request) + R"(,"workload":)" + trace_text(workload.name) +
                                R"(,"device":)" + trace_text(names_->device(workload.source.index(), record.member)) +
                                R"(,"outcome":")" + how + R"(")";
  TraceTracks::Thread const thread =
      add({*request_row_, "request", trace_text("request " + std::to_string(request)), record.arrival_s, end_s, arguments});
  if (open_.erase(request) == 0) return;
  file_.reserve(-request_bytes);
  std::string const where = R"(,"pid":)" + std::to_string(thread.process) + R"(,"tid":)" + std::to_string(thread.number);
  std::string const flow = R"(,"cat":"flow","name":"request","id":)" + std::to_string(request);
  file_.append(R"({"ph":"s")" + where + R"(,"ts":)" + trace_number(trace_time(record.arrival_s)) + flow + "}");
  // An arrow ends inside its slice, not behind it.
  file_.append(R"({"ph":"f","bp":"e")" + where + R"(,"ts":)" + trace_number(trace_time(end_s) - 1) + flow + "}");
}

void TraceWatcher::request_ended(std::uint32_t request) {
  if (full_) return;
  if (file_.full()) {
    cut();
    return;
  }
  RequestRecord const& record = run_->requests[request];
  add_request(request, record.end_s, std::string(to_string(record.outcome)).c_str());
}

/// No room is left: the requests in flight get their slices, and nothing follows.
void TraceWatcher::cut() {
  full_ = true;
  file_.cut_at(now_s());
  while (!open_.empty()) add_request(open_.begin()->first, now_s(), "in flight where the trace ends");
  file_.flush();
}

void TraceWatcher::ends() {
  while (!open_.empty()) add_request(open_.begin()->first, now_s(), "unfinished");
  file_.flush();
}

}  // namespace coinfer
