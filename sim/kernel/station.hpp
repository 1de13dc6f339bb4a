// A place where work waits and is served: a processor, a quoting engine, anything with slots.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/discipline.hpp"
#include "sim/kernel/fair_share.hpp"
#include "sim/kernel/occupancy.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

struct StationSpec {
  Discipline discipline = Discipline::fifo;
  std::uint32_t slots = 1;  ///< at least 1
};

/// Serves jobs of known work, in seconds at full speed. While it is down nothing is served and nothing is lost: jobs in
/// service keep the work they have left (whoever wants them lost cancels them).
class Station {
 public:
  Station(StationSpec spec, std::uint32_t index);

  /// A task asks for `work_s` seconds of service, now. Returns whether service began at once.
  bool submit(KernelState& state, std::uint32_t task, double work_s);
  /// A fifo job's service is over. Returns the task whose service begins in its place, or `nothing`.
  std::uint32_t end_job(KernelState& state, std::uint32_t task);
  /// A processor-sharing end: appends the tasks that end now, if `stamp` is still valid.
  void end_share(KernelState& state, std::uint32_t stamp, std::vector<std::uint32_t>& ended);
  /// Takes a waiting or running task out. Returns the task whose service begins in its place, or `nothing`.
  std::uint32_t cancel(KernelState& state, std::uint32_t task);
  /// Takes the station down or brings it up again. Appends tasks whose service begins.
  void set_up(KernelState& state, bool up, std::vector<std::uint32_t>& begun);

  /// Work that was done without events of its own: so many seconds were asked for, so many served, and so many jobs ended.
  void credit(double work_s, double service_s, std::uint64_t jobs) {
    submitted_work_s_ += work_s;
    occupancy_.add_service(service_s);
    served_ += jobs;
  }

  [[nodiscard]] bool up() const { return up_; }
  [[nodiscard]] StationSpec const& spec() const { return spec_; }
  [[nodiscard]] Occupancy const& occupancy() const { return occupancy_; }
  Occupancy& occupancy() { return occupancy_; }
  /// Jobs whose service ended, and the seconds of work that were ever submitted.
  [[nodiscard]] std::uint64_t served() const { return served_; }
  [[nodiscard]] double submitted_work_s() const { return submitted_work_s_; }

 private:
  void begin(KernelState& state, std::uint32_t task);
  std::uint32_t begin_next(KernelState& state);
  void schedule_share(KernelState& state);

  StationSpec spec_;
  std::uint32_t index_;
  bool up_ = true;
  std::uint32_t stamp_ = 0;  ///< of the valid share_end event
  TaskList waiting_;
  TaskList running_;  ///< fifo only
  FairShare share_;   ///< processor sharing only
  Occupancy occupancy_;
  std::uint64_t served_ = 0;
  double submitted_work_s_ = 0;
};

}  // namespace coinfer
