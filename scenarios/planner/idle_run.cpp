#include "scenarios/planner/idle_run.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <map>

namespace coinfer {

IdleRun::IdleRun(IdlePricer const& pricer, Platform const& platform, Plan const& plan, Phase const& phase)
    : pricer_(pricer), platform_(platform), plan_(plan), phase_(phase), steps_(phase.graph.tasks().size()) {
  std::vector<TaskAmount> amounts(steps_.size());
  coinfer::price(phase, RequestPass{}, amounts);
  for (TaskAmount const& amount : amounts) amounts_.push_back(amount.total);
  price_.usage.assign(pricer.resources(), 0);
}

void IdleRun::ready(std::uint32_t index) {
  Step& step = steps_[index];
  step.left = amounts_[index];
  step.state = State::waiting;
  if (task(index).kind == TaskKind::delay) {
    begin(index, State::delayed);
  } else if (task(index).kind == TaskKind::transfer) {
    Route const& route = pricer_.route(plan_.journeys[task(index).role]);
    for (Hop const& hop : route.hops) {
      step.pipes.push_back(pricer_.loaded_resource(pricer_.link_index(hop)));
      price_.usage[pricer_.link_index(hop)] += amounts_[index];
    }
    step.left = platform_.total_latency(route).value();
    begin(index, State::delayed);
  } else {
    assert(task(index).kind == TaskKind::compute);
    price_.usage[pricer_.station_index(plan_.stations[task(index).role])] += amounts_[index];
    queue_.push_back(index);
  }
}

void IdleRun::begin(std::uint32_t index, State state) {
  Step& step = steps_[index];
  step.state = state;
  step.rate = 1;
  step.end_s = now_s_ + step.left;
  step.begun = begun_++;
}

bool IdleRun::is_fifo(std::size_t pipe) const {
  std::size_t const first = pricer_.resources() - 2 * platform_.links().size();
  return platform_.links()[(pipe - first) / 2].sharing == Sharing::fifo;
}

bool IdleRun::may_start(std::uint32_t index) const {
  if (task(index).kind == TaskKind::compute) {
    StationRef const& station = plan_.stations[task(index).role];
    bool const shares = station.unit == StationRef::Unit::processor &&
                        platform_.device(station.processor.device).processors[station.processor.processor].discipline ==
                            Discipline::processor_sharing;
    if (shares) return true;
    std::size_t const here = pricer_.station_index(station);
    double busy = 0;
    for (std::uint32_t other = 0; other < steps_.size(); ++other) {
      if (steps_[other].state != State::running || task(other).kind != TaskKind::compute) continue;
      if (pricer_.station_index(plan_.stations[task(other).role]) == here) ++busy;
    }
    return busy < pricer_.slots_of(station);
  }
  return std::none_of(steps_[index].pipes.begin(), steps_[index].pipes.end(), [&](std::size_t pipe) {
    return is_fifo(pipe) && std::any_of(steps_.begin(), steps_.end(), [&](Step const& other) {
             return other.state == State::running &&
                    std::find(other.pipes.begin(), other.pipes.end(), pipe) != other.pipes.end();
           });
  });
}

void IdleRun::start_what_may() {
  for (std::size_t i = 0; i < queue_.size();) {
    if (!may_start(queue_[i])) {
      ++i;
      continue;
    }
    begin(queue_[i], State::running);
    queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

/// Rates of what is in progress. More jobs than slots on a processor that shares itself share its slots.
void IdleRun::set_rates() {
  std::map<std::size_t, double> jobs;
  for (std::uint32_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].state == State::running && task(i).kind == TaskKind::compute) {
      jobs[pricer_.station_index(plan_.stations[task(i).role])] += 1;
    }
  }
  for (std::uint32_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].state != State::running || task(i).kind != TaskKind::compute) continue;
    StationRef const& station = plan_.stations[task(i).role];
    set_rate(i, std::min(1.0, pricer_.slots_of(station) / jobs[pricer_.station_index(station)]));
  }
  set_flow_rates();
}

/// What keeps its rate keeps the end that was computed when it began: ends that coincide must not come apart by rounding.
void IdleRun::set_rate(std::uint32_t index, double rate) {
  Step& step = steps_[index];
  if (step.rate == rate) return;
  step.rate = rate;
  step.end_s = now_s_ + step.left / rate;
}

void IdleRun::set_flow_rates() {
  std::vector<std::uint32_t> open;
  std::map<std::size_t, double> left;
  for (std::uint32_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].state != State::running || task(i).kind != TaskKind::transfer) continue;
    open.push_back(i);
    for (Hop const& hop : pricer_.route(plan_.journeys[task(i).role]).hops) {
      left[pricer_.loaded_resource(pricer_.link_index(hop))] = platform_.link(hop.link).bandwidth(hop.direction).value();
    }
  }
  while (!open.empty()) {
    double smallest = std::numeric_limits<double>::infinity();
    std::size_t tightest = 0;
    for (auto const& [pipe, capacity] : left) {
      auto const users = std::count_if(open.begin(), open.end(), [&, p = pipe](std::uint32_t i) {
        return std::find(steps_[i].pipes.begin(), steps_[i].pipes.end(), p) != steps_[i].pipes.end();
      });
      if (users == 0 || capacity / static_cast<double>(users) >= smallest) continue;
      smallest = capacity / static_cast<double>(users);
      tightest = pipe;
    }
    for (std::size_t k = 0; k < open.size();) {
      Step& step = steps_[open[k]];
      if (std::find(step.pipes.begin(), step.pipes.end(), tightest) == step.pipes.end()) {
        ++k;
        continue;
      }
      set_rate(open[k], smallest);
      for (std::size_t pipe : step.pipes) left[pipe] -= smallest;
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
}

void IdleRun::end(std::uint32_t index) {
  Step& step = steps_[index];
  if (step.state == State::delayed && task(index).kind == TaskKind::transfer) {
    step.left = amounts_[index];
    step.state = State::waiting;
    queue_.push_back(index);
    return;
  }
  step.state = State::done;
  for (std::uint32_t next : phase_.graph.successors(index)) {
    if (--steps_[next].blockers == 0) ready(next);
  }
}

RequestPrice IdleRun::price() {
  for (std::uint32_t i = 0; i < steps_.size(); ++i) steps_[i].blockers = phase_.graph.predecessor_count(i);
  for (std::uint32_t root : phase_.graph.roots()) ready(root);
  for (;;) {
    start_what_may();
    set_rates();
    double soonest_s = std::numeric_limits<double>::infinity();
    for (Step const& step : steps_) {
      if (step.state == State::running || step.state == State::delayed) soonest_s = std::min(soonest_s, step.end_s);
    }
    if (soonest_s == std::numeric_limits<double>::infinity()) break;
    std::vector<std::uint32_t> ended;
    for (std::uint32_t i = 0; i < steps_.size(); ++i) {
      Step& step = steps_[i];
      if (step.state != State::running && step.state != State::delayed) continue;
      step.left -= (soonest_s - now_s_) * step.rate;
      if (step.end_s <= soonest_s) ended.push_back(i);
    }
    now_s_ = soonest_s;
    // One at a time, in the order in which they began, and what one of them sets free is taken before the next ends.
    std::sort(ended.begin(), ended.end(), [&](auto a, auto b) { return steps_[a].begun < steps_[b].begun; });
    for (std::uint32_t index : ended) {
      end(index);
      start_what_may();
    }
  }
  price_.latency = Seconds(now_s_);
  return std::move(price_);
}

}  // namespace coinfer
