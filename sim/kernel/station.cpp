#include "sim/kernel/station.hpp"

#include <cassert>
#include <limits>

namespace coinfer {

Station::Station(StationSpec spec, std::uint32_t index) : spec_(spec), index_(index), share_(spec.slots, spec.slots) {
  assert(spec.slots >= 1);
}

bool Station::submit(KernelState& state, std::uint32_t task, double work_s) {
  submitted_work_s_ += work_s;
  // The work left stands in `end_s` until service fixes the end; no second field is needed.
  state.tasks[task].end_s = work_s;
  bool const sharing = spec_.discipline == Discipline::processor_sharing;
  // A job without work is served at once, but not by a station that is down.
  bool const held = sharing && !up_ && work_s <= 0;
  if ((sharing && !held) || (!sharing && up_ && occupancy_.in_service() < static_cast<int>(spec_.slots))) {
    begin(state, task);
    return true;
  }
  state.tasks[task].phase = TaskPhase::waiting;
  waiting_.push_back(state, task);
  occupancy_.change(state.now_s, 0, +1);
  return false;
}

void Station::begin(KernelState& state, std::uint32_t task) {
  TaskRun& entry = state.tasks[task];
  entry.phase = TaskPhase::running;
  entry.start_s = state.now_s;
  occupancy_.change(state.now_s, +1, 0);
  if (spec_.discipline == Discipline::processor_sharing && entry.end_s > 0) {
    share_.enter(task, entry.end_s, state.now_s);
    schedule_share(state);
    return;
  }
  if (spec_.discipline == Discipline::fifo) running_.push_back(state, task);
  entry.end_s = state.now_s + entry.end_s;
  state.schedule(task, EventKind::job_end, entry.end_s);
}

void Station::schedule_share(KernelState& state) {
  ++stamp_;
  double const end_s = share_.next_end_s();
  if (end_s < std::numeric_limits<double>::infinity()) state.events.push(end_s, EventKind::share_end, index_, stamp_);
}

std::uint32_t Station::begin_next(KernelState& state) {
  if (!up_ || waiting_.empty() || occupancy_.in_service() >= static_cast<int>(spec_.slots)) return nothing;
  std::uint32_t const task = waiting_.pop_front(state);
  occupancy_.change(state.now_s, 0, -1);
  begin(state, task);
  return task;
}

std::uint32_t Station::end_job(KernelState& state, std::uint32_t task) {
  if (spec_.discipline == Discipline::fifo) running_.remove(state, task);
  occupancy_.change(state.now_s, -1, 0);
  ++served_;
  return begin_next(state);
}

void Station::end_share(KernelState& state, std::uint32_t stamp, std::vector<std::uint32_t>& ended) {
  if (stamp != stamp_) return;
  std::size_t const before = ended.size();
  share_.pop_ended(state.now_s, ended);
  for (std::size_t i = before; i < ended.size(); ++i) {
    state.tasks[ended[i]].end_s = state.now_s;
    occupancy_.change(state.now_s, -1, 0);
    ++served_;
  }
  schedule_share(state);
}

std::uint32_t Station::cancel(KernelState& state, std::uint32_t task) {
  TaskRun& entry = state.tasks[task];
  ++entry.stamp;
  if (entry.phase == TaskPhase::waiting) {
    waiting_.remove(state, task);
    occupancy_.change(state.now_s, 0, -1);
    return nothing;
  }
  assert(entry.phase == TaskPhase::running);
  occupancy_.change(state.now_s, -1, 0);
  if (spec_.discipline == Discipline::processor_sharing) {
    // A job without work never entered the share; its end event is stale by now.
    if (share_.leave(task, state.now_s)) schedule_share(state);
    return nothing;
  }
  running_.remove(state, task);
  return begin_next(state);
}

void Station::set_up(KernelState& state, bool up, std::vector<std::uint32_t>& begun) {
  if (up == up_) return;
  up_ = up;
  if (spec_.discipline == Discipline::processor_sharing) {
    share_.set_capacity(up ? spec_.slots : 0, state.now_s);
    schedule_share(state);
    while (up && !waiting_.empty()) {
      std::uint32_t const task = waiting_.pop_front(state);
      occupancy_.change(state.now_s, 0, -1);
      begin(state, task);
      begun.push_back(task);
    }
    return;
  }
  for (std::uint32_t task = running_.first(); task != nothing; task = state.tasks[task].next) {
    TaskRun& entry = state.tasks[task];
    if (up) {
      entry.end_s = state.now_s + entry.end_s;
      state.schedule(task, EventKind::job_end, entry.end_s);
    } else {
      entry.end_s -= state.now_s;  // the work left
      ++entry.stamp;
    }
  }
  for (std::uint32_t task = begin_next(state); task != nothing; task = begin_next(state)) begun.push_back(task);
}

}  // namespace coinfer
