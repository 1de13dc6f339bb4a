// One phase of a plan carried out by one request that is alone.
#pragma once

#include <span>
#include <vector>

#include "scenarios/planner/idle_price.hpp"

namespace coinfer {

/// Carries out a phase once. Nearly always its steps follow one another and the price is a sum. Where steps run side by
/// side, the rates of those in progress are constant between two ends, at which they change: jobs of a processor that
/// shares itself, and flows, whose rates are max-min fair (progressive filling: Bertsekas and Gallager, Data Networks,
/// 1992, section 6.5.2).
class IdleRun {
 public:
  /// All outlive the run.
  IdleRun(IdlePricer const& pricer, Platform const& platform, Plan const& plan, Phase const& phase);

  /// Runs to the end; called once.
  RequestPrice price();

 private:
  enum class State { blocked, delayed, waiting, running, done };
  struct Step {
    State state = State::blocked;
    std::uint32_t blockers = 0;
    double left = 0;  ///< seconds of delay, seconds of work, bytes
    double rate = 1;
    double end_s = 0;  ///< as it would be if nothing changed its rate any more
    std::uint64_t begun = 0;
    std::vector<std::size_t> pipes;  ///< of a transfer
  };

  [[nodiscard]] Task const& task(std::uint32_t step) const { return phase_.graph.tasks()[step]; }
  void ready(std::uint32_t step);
  void start_what_may();
  [[nodiscard]] bool may_start(std::uint32_t step) const;
  void begin(std::uint32_t step, State state);
  void set_rates();
  void set_flow_rates();
  void set_rate(std::uint32_t step, double rate);
  void end(std::uint32_t step);
  [[nodiscard]] bool is_fifo(std::size_t pipe) const;

  IdlePricer const& pricer_;
  Platform const& platform_;
  Plan const& plan_;
  Phase const& phase_;
  std::vector<Step> steps_;
  std::vector<std::uint32_t> queue_;  ///< steps that wait for a station or for fifo links, first come first
  std::vector<double> amounts_;
  double now_s_ = 0;
  std::uint64_t begun_ = 0;
  RequestPrice price_;
};

}  // namespace coinfer
