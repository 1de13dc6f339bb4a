// A server that works in iterations: a scheduler composes a batch of sessions, a batch step says what that batch asks of
// the iteration's task graph, and the iteration is over when the graph has run.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "sim/kernel/batching.hpp"
#include "sim/kernel/iteration_stretch.hpp"
#include "sim/kernel/kernel_ids.hpp"
#include "sim/kernel/occupancy.hpp"
#include "sim/kernel/part_times.hpp"

namespace coinfer {

struct ServerSpec {
  BatchScheduler& scheduler;  ///< this server's alone; outlives the simulation, as the step does
  BatchStep const& step;
  GraphId graph;                    ///< of an iteration: compute, transfer and delay tasks
  std::vector<StationId> stations;  ///< by role of the graph; may be shared with other runs and servers
  std::vector<RouteId> routes;      ///< by role of the graph
  /// Whether nothing but the iterations of this server ever uses these stations and routes, the routes draw no jitter, and
  /// nobody takes them down or changes their bandwidth. Iterations that follow one another on one batch are then priced
  /// together, by the fast engine, where the graph is a chain and the step knows its classes.
  bool own_resources = false;
};

/// Serves the calls of serve tasks, one iteration at a time. Idle and up, it composes a batch at the end of the instant in
/// which a call enters or leaves, an iteration ends, or the scheduler's date comes. While it is down it begins no
/// iteration; one that has begun goes on as far as its stations and pipes do.
///
/// A member of an iteration (its call still in when that ends) is charged the whole of it, divided as the iteration's run
/// is, where what is due to the openings of others counts as interference (see `divide`); the gaps between its being ready,
/// its iterations and its end are waiting. That costs one further pricing for the stepping members of a batch with
/// openings, and one for each opening beside others.
///
/// On resources of its own its iterations are no runs of their graph: a stretch of them on one batch is priced in closed
/// form, and takes one event. A call that enters or leaves, or a wake, cuts the stretch behind the iteration under way.
class IterationServer {
 public:
  IterationServer(ServerSpec spec, std::size_t tasks, std::uint32_t index);
  IterationServer(ServerSpec spec, IterationStretch stretch, std::uint32_t index);

  [[nodiscard]] ServerSpec const& spec() const { return spec_; }
  [[nodiscard]] bool up() const { return up_; }
  /// Calls that are in, whether in the batch or not.
  [[nodiscard]] std::uint32_t calls() const { return calls_; }
  /// Whether an iteration is in flight.
  [[nodiscard]] bool busy() const { return run_.has_value() || length_ > 0; }
  /// Its run, where iterations are runs.
  [[nodiscard]] std::optional<RunId> iteration() const { return run_; }
  /// Whether iterations take place on resources of its own.
  [[nodiscard]] bool alone() const { return stretch_.has_value(); }
  /// What the iteration in flight works on, or the last one did.
  [[nodiscard]] Batch const& batch() const { return batch_; }
  /// When the iteration in flight began, or the last one; of iterations taken at once, the first of them.
  [[nodiscard]] double began_s() const { return iteration_start_s_; }
  /// In service: sessions in the batch. Waiting: calls that are in, but not in the batch. Follows at the end of an instant.
  [[nodiscard]] Occupancy const& occupancy() const { return occupancy_; }
  Occupancy& occupancy() { return occupancy_; }
  /// Iterations that have ended, and the units of work done in them.
  [[nodiscard]] std::uint64_t iterations() const { return iterations_; }
  [[nodiscard]] std::uint64_t units() const { return units_; }
  /// The most sessions in one iteration.
  [[nodiscard]] std::size_t largest_batch() const { return largest_batch_; }

  // What follows is for Simulation.

  /// A call of a task begins.
  void enter(KernelState& state, ServeCall const& call);
  /// A call is over before its time. Returns whether the iteration in flight works on it.
  bool leave(KernelState& state, std::uint32_t task);
  void set_up(KernelState& state, bool up);
  /// Composes anew at the end of this instant, if it is idle.
  void wake(KernelState& state);
  /// Handles a batch_start event. Where an iteration is to begin, appends the tasks whose first it is and returns true.
  bool compose(KernelState& state, std::uint32_t stamp, std::vector<std::uint32_t>& begun);
  /// What the iteration on the batch asks for.
  std::span<TaskAmount const> price();
  void begin(RunId run) { run_ = run; }
  /// The iteration has ended: charges its members and returns the tasks whose calls are over, in phase `ending`, until the
  /// next call.
  std::span<std::uint32_t const> end(KernelState& state, EndedRun const& run);

  // Of a server on resources of its own.

  /// Begins a stretch of iterations on the batch.
  void begin_stretch(KernelState& state);
  /// Whether a stretch_end event is that of the stretch in flight.
  [[nodiscard]] bool ends_stretch(std::uint32_t stamp) const { return length_ > 0 && stamp == stretch_stamp_; }
  /// As `end`, of the stretch.
  std::span<std::uint32_t const> end_stretch(KernelState& state);
  /// Calls `visit` (see IterationStretch::use) with what has been used up to now and was not told yet, and returns how many
  /// iterations have begun that were not told. What was told of an iteration in flight, it tells again with the opposite
  /// sign when that has ended: its use is known only then.
  template <class Visit>
  std::uint32_t use(double now_s, Visit visit);
  /// Calls `visit` with what the stretch in flight has used by `time_s` and was not told; tells nothing.
  template <class Visit>
  void use_in_flight(double time_s, Visit visit) const {
    if (length_ == 0) return;
    std::uint32_t const ended = std::min(ended_by(time_s), length_);
    if (ended > used_) stretch_->use(used_, ended, visit);
    if (ended < length_) stretch_->use_part(ended, time_s - end_s(ended), visit);
  }
  /// Whether a task of the iteration in flight has begun.
  [[nodiscard]] bool started(std::uint32_t task, double now_s) const;

 private:
  void schedule(KernelState& state, double date_s);
  void count(double now_s);
  void charge(KernelState& state, EndedRun const& run);
  void charge_stretch(KernelState& state);
  void charge(KernelState& state, CallTimes& call, PartTimes const& own) const;
  std::span<std::uint32_t const> finish(KernelState& state);
  void leave_out_openings(std::uint32_t but);
  std::span<TaskAmount const> price_without_openings(std::uint32_t but);
  void cut_stretch(KernelState& state);
  void repeat_up_to(std::uint32_t iteration);
  [[nodiscard]] double end_s(std::uint32_t iterations) const {
    return iteration_start_s_ + stretch_->duration_s(iterations);
  }
  [[nodiscard]] std::uint32_t ended_by(double now_s) const;

  ServerSpec spec_;
  std::uint32_t index_;
  bool up_ = true;
  std::optional<RunId> run_;
  double iteration_start_s_ = 0;
  double wake_s_ = std::numeric_limits<double>::infinity();  ///< of the valid batch_start event
  std::uint32_t stamp_ = 0;
  std::uint32_t calls_ = 0;
  std::uint32_t members_ = 0;  ///< calls in the batch in flight that are still in
  Batch batch_;
  Batch others_left_out_;
  std::vector<TaskAmount> amounts_;
  std::vector<TaskAmount> without_;
  std::vector<std::uint32_t> ended_;
  Occupancy occupancy_;
  std::uint64_t iterations_ = 0;
  std::uint64_t units_ = 0;
  std::size_t largest_batch_ = 0;

  /// A bit for each part that iterations may have.
  std::uint32_t parts_in_use_ = (1U << part_count) - 1;
  std::optional<IterationStretch> stretch_;  ///< present: on resources of its own
  std::uint32_t length_ = 0;                 ///< iterations of the stretch in flight; 0: none is
  std::uint32_t composed_ = 0;               ///< of them, those that the scheduler knows of
  std::uint32_t used_ = 0;                   ///< of them, those whose use was told
  std::uint32_t told_ = 0;                   ///< of them, those whose beginning was told
  std::optional<double> part_told_s_;        ///< how much of the one behind `used_` was told
  std::uint32_t stretch_stamp_ = 0;
};

template <class Visit>
std::uint32_t IterationServer::use(double now_s, Visit visit) {
  if (length_ == 0) return 0;
  if (part_told_s_) {
    stretch_->use_part(used_, *part_told_s_, [&](StretchUse const& part) {
      visit(StretchUse{part.task, -part.amount, -part.busy_s, std::uint64_t{0} - part.jobs});
    });
    part_told_s_.reset();
  }
  std::uint32_t const ended = ended_by(now_s);
  if (ended > used_) stretch_->use(used_, ended, visit);
  used_ = ended;
  if (used_ < length_) {
    part_told_s_ = now_s - end_s(used_);
    stretch_->use_part(used_, *part_told_s_, visit);
  }
  std::uint32_t const begun = used_ < length_ ? used_ + 1 : used_;
  std::uint32_t const news = begun - told_;
  told_ = begun;
  return news;
}

}  // namespace coinfer
