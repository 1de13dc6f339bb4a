#include "sim/kernel/iteration_server.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <utility>

namespace coinfer {

namespace {

double constexpr never_s = std::numeric_limits<double>::infinity();

[[maybe_unused]] bool valid(TaskAmount const& amount) {
  return std::isfinite(amount.total) && amount.first_extra >= 0 && amount.second_extra >= 0 &&
         amount.first_extra + amount.second_extra <= amount.total * (1 + 1e-12);
}

}  // namespace

IterationServer::IterationServer(ServerSpec spec, std::size_t tasks, std::uint32_t index)
    : spec_(std::move(spec)), index_(index), amounts_(tasks), without_(tasks) {}

IterationServer::IterationServer(ServerSpec spec, IterationStretch stretch, std::uint32_t index)
    : spec_(std::move(spec)), index_(index), parts_in_use_(stretch.parts_in_use()), stretch_(std::move(stretch)) {}

void IterationServer::enter(KernelState& state, ServeCall const& call) {
  ++calls_;
  cut_stretch(state);
  spec_.scheduler.enter(call, state.now_s);
  wake(state);
  if (wake_s_ > state.now_s) count(state.now_s);
}

bool IterationServer::leave(KernelState& state, std::uint32_t task) {
  --calls_;
  cut_stretch(state);
  if (length_ > 0) repeat_up_to(length_);
  spec_.scheduler.leave(task);
  bool const member = busy() && std::any_of(batch_.items.begin(), batch_.items.end(),
                                            [task](BatchItem const& item) { return item.task == task; });
  if (member) --members_;
  wake(state);
  if (wake_s_ > state.now_s) count(state.now_s);
  return member;
}

void IterationServer::set_up(KernelState& state, bool up) {
  if (up == up_) return;
  up_ = up;
  if (up) {
    wake(state);
  } else {
    cut_stretch(state);
    ++stamp_;
    wake_s_ = never_s;
    count(state.now_s);
  }
}

void IterationServer::wake(KernelState& state) {
  cut_stretch(state);
  if (up_ && !busy()) schedule(state, state.now_s);
}

/// Composes at a date, unless it does so before anyway.
void IterationServer::schedule(KernelState& state, double date_s) {
  if (wake_s_ <= date_s) return;
  wake_s_ = date_s;
  state.events.push(date_s, EventKind::batch_start, index_, ++stamp_);
}

/// Only once the instant has settled who is in service: members between two iterations of one instant never waited.
void IterationServer::count(double now_s) {
  int const in_service = busy() || members_ > 0 ? static_cast<int>(batch_.items.size()) : 0;
  int const waiting = static_cast<int>(calls_ - members_);
  occupancy_.change(now_s, in_service - occupancy_.in_service(), waiting - occupancy_.waiting());
}

bool IterationServer::compose(KernelState& state, std::uint32_t stamp, std::vector<std::uint32_t>& begun) {
  if (stamp != stamp_) return false;
  assert(up_ && !busy());
  wake_s_ = never_s;
  batch_.items.clear();
  double const date_s = spec_.scheduler.compose(state.now_s, batch_);
  members_ = static_cast<std::uint32_t>(batch_.items.size());
  count(state.now_s);
  if (batch_.items.empty()) {
    assert(date_s > state.now_s);
    if (date_s < never_s) schedule(state, date_s);
    return false;
  }
  assert(members_ <= calls_);
  largest_batch_ = std::max(largest_batch_, batch_.items.size());
  for (BatchItem const& item : batch_.items) {
    TaskRun& entry = state.tasks[item.task];
    assert(entry.kind == TaskKind::serve && entry.resource == index_);
    if (entry.phase == TaskPhase::running) continue;
    assert(entry.phase == TaskPhase::waiting);
    entry.phase = TaskPhase::running;
    entry.start_s = state.now_s;
    begun.push_back(item.task);
  }
  iteration_start_s_ = state.now_s;
  return true;
}

std::span<TaskAmount const> IterationServer::price() {
  std::fill(amounts_.begin(), amounts_.end(), TaskAmount{});
  spec_.step.price(batch_, amounts_);
  assert(std::all_of(amounts_.begin(), amounts_.end(), valid));
  return amounts_;
}

/// The batch without its openings, but for that of one task.
void IterationServer::leave_out_openings(std::uint32_t but) {
  others_left_out_.items.clear();
  for (BatchItem const& item : batch_.items) {
    if (!item.opening || item.task == but) others_left_out_.items.push_back(item);
  }
}

/// Its amounts.
std::span<TaskAmount const> IterationServer::price_without_openings(std::uint32_t but) {
  leave_out_openings(but);
  std::fill(without_.begin(), without_.end(), TaskAmount{});
  spec_.step.price(others_left_out_, without_);
  return without_;
}

void IterationServer::charge(KernelState& state, EndedRun const& run) {
  auto const openings =
      std::count_if(batch_.items.begin(), batch_.items.end(), [](auto const& item) { return item.opening; });
  PartTimes const whole = divide(run);
  std::optional<PartTimes> stepping;  // of members that step while others open
  for (BatchItem const& item : batch_.items) {
    TaskRun const& entry = state.tasks[item.task];
    if (entry.phase != TaskPhase::running) continue;  // its call has left
    PartTimes own = whole;
    if (item.opening && openings > 1) own = divide(run, price_without_openings(item.task));
    if (!item.opening && openings > 0) {
      if (!stepping) stepping = divide(run, price_without_openings(nothing));
      own = *stepping;
    }
    charge(state, state.calls[entry.call], own);
  }
}

void IterationServer::charge(KernelState& state, CallTimes& call, PartTimes const& own) const {
  call.parts[queue_part] += iteration_start_s_ - call.until_s;
  // Iterations have few parts, and every member is charged for every stretch.
  for (std::uint32_t parts = parts_in_use_; parts != 0; parts &= parts - 1) {
    auto const part = static_cast<std::size_t>(std::countr_zero(parts));
    call.parts[part] += own[part];
  }
  call.until_s = state.now_s;
}

std::span<std::uint32_t const> IterationServer::end(KernelState& state, EndedRun const& run) {
  charge(state, run);
  ++iterations_;
  for (BatchItem const& item : batch_.items) units_ += item.units;
  run_.reset();
  return finish(state);
}

std::span<std::uint32_t const> IterationServer::finish(KernelState& state) {
  ended_.clear();
  spec_.scheduler.finish(batch_, state.now_s, ended_);
  members_ = 0;
  calls_ -= static_cast<std::uint32_t>(ended_.size());
  for (std::uint32_t task : ended_) {
    assert(state.tasks[task].phase == TaskPhase::running && state.calls[state.tasks[task].call].until_s == state.now_s);
    state.tasks[task].phase = TaskPhase::ending;
  }
  wake(state);
  if (!up_) count(state.now_s);
  return ended_;
}

// --- On resources of its own -----------------------------------------------------------------------------------------

void IterationServer::begin_stretch(KernelState& state) {
  length_ = stretch_->begin(batch_, spec_.scheduler.steady_iterations(batch_));
  composed_ = 1;
  used_ = told_ = 0;
  state.events.push(end_s(length_), EventKind::stretch_end, index_, ++stretch_stamp_);
}

/// Iterations of the stretch that have ended by now.
std::uint32_t IterationServer::ended_by(double now_s) const {
  if (end_s(length_) <= now_s) return length_;
  std::uint32_t ended = 0;
  std::uint32_t behind = length_;  // has not ended
  while (behind - ended > 1) {
    std::uint32_t const middle = ended + (behind - ended) / 2;
    (end_s(middle) <= now_s ? ended : behind) = middle;
  }
  return ended;
}

/// The iteration under way is the last of its stretch; one that ends at this instant is under way, since its end is still
/// to be handled.
void IterationServer::cut_stretch(KernelState& state) {
  if (length_ <= 1) return;
  std::uint32_t const ended = ended_by(state.now_s);
  std::uint32_t const last = ended > 0 && end_s(ended) == state.now_s ? ended : ended + 1;
  if (last >= length_) return;
  length_ = last;
  state.events.push(end_s(length_), EventKind::stretch_end, index_, ++stretch_stamp_);
}

void IterationServer::repeat_up_to(std::uint32_t iteration) {
  spec_.scheduler.repeat(batch_, iteration - composed_);
  composed_ = iteration;
}

std::span<std::uint32_t const> IterationServer::end_stretch(KernelState& state) {
  repeat_up_to(length_);
  charge_stretch(state);
  iterations_ += length_;
  for (BatchItem const& item : batch_.items) units_ += std::uint64_t{item.units} * length_;
  length_ = 0;
  return finish(state);
}

void IterationServer::charge_stretch(KernelState& state) {
  auto const openings =
      std::count_if(batch_.items.begin(), batch_.items.end(), [](auto const& item) { return item.opening; });
  assert(openings == 0 || length_ == 1);
  PartTimes const whole = stretch_->parts(length_);
  std::optional<PartTimes> stepping;  // of members that step while others open
  for (BatchItem const& item : batch_.items) {
    TaskRun const& entry = state.tasks[item.task];
    if (entry.phase != TaskPhase::running) continue;  // its call has left
    CallTimes& call = state.calls[entry.call];
    if (item.opening && openings > 1) {
      leave_out_openings(item.task);
      charge(state, call, stretch_->parts_beside(others_left_out_));
    } else if (!item.opening && openings > 0) {
      if (!stepping) {
        leave_out_openings(nothing);
        stepping = stretch_->parts_beside(others_left_out_);
      }
      charge(state, call, *stepping);
    } else {
      charge(state, call, whole);
    }
  }
}

bool IterationServer::started(std::uint32_t task, double now_s) const {
  std::uint32_t const ended = ended_by(now_s);
  return stretch_->started(task, ended, now_s - end_s(ended));
}

}  // namespace coinfer
