// Writes a trace while a scenario runs: a slice a task on the tracks of what worked on it, an arrow through the tasks of
// each request, counters of queues and batches.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/run/run_watcher.hpp"
#include "scenarios/trace/run_names.hpp"
#include "scenarios/trace/trace_file.hpp"
#include "scenarios/trace/trace_tracks.hpp"

namespace coinfer {

/// Left out: what a request waits for without being in a queue (a setup that another one runs), tasks that are in flight
/// when the run ends, and the steps inside iterations that a server takes at once (they are one slice).
class TraceWatcher final : public RunWatcher {
 public:
  /// The file outlives the watcher.
  explicit TraceWatcher(TraceFile& file) : file_(file), tracks_(file) {}

  void begins(RunView const& run) override;
  void task_waits(ObservedTask const& task) override { count_queues(task); }
  void task_started(ObservedTask const& task) override;
  void task_ended(ObservedTask const& task, bool cancelled) override;
  void run_ended(EndedRun const&, GraphId, std::uint32_t) override {}
  void request_ended(std::uint32_t request) override;
  void iterations_ended(ServerId server, Batch const& batch, double start_s) override;
  void ends() override;

 private:
  struct Counter {
    std::string head;  ///< of its events, up to the time
    std::int64_t last = 0;
  };
  struct ServerTrack {
    std::uint32_t row;
    Counter batch;
    double ended_s = 0;
    std::uint64_t iterations = 0;
  };
  struct Slice {
    std::uint32_t row;
    char const* category;
    std::string name;  ///< as JSON
    double begin_s;
    double end_s;
    std::string arguments;  ///< as JSON, without the braces
  };

  TraceTracks::Thread add(Slice const& slice);
  void add_step(std::uint32_t request, TraceTracks::Thread thread, double time_s);
  void count(Counter& counter, double time_s, std::int64_t value, char const* what);
  void count_queues(ObservedTask const& task);
  void count_station(StationId station);
  void count_pipe(PipeId pipe);
  void add_request(std::uint32_t request, double end_s, char const* how);
  void cut();
  std::uint32_t station_row(StationId station);
  std::uint32_t pipe_row(PipeId pipe);
  ServerTrack& server_track(ServerId server);
  [[nodiscard]] double now_s() const;

  TraceFile& file_;
  TraceTracks tracks_;
  std::optional<RunView> run_;
  std::optional<RunNames> names_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> task_names_;  ///< by graph and task, as JSON
  std::vector<std::optional<std::uint32_t>> station_rows_;
  std::vector<std::optional<std::uint32_t>> pipe_rows_;
  std::vector<std::optional<Counter>> station_queues_;
  std::vector<std::optional<Counter>> pipe_queues_;
  std::map<std::uint32_t, ServerTrack> server_tracks_;
  std::optional<std::uint32_t> delay_row_;
  std::optional<std::uint32_t> request_row_;
  std::map<std::uint32_t, bool> open_;  ///< requests that have a step in the file and no slice yet
  bool full_ = false;
};

}  // namespace coinfer
