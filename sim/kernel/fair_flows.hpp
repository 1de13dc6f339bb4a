// All flows over fair links: closed forms where the engine allows and they exist, SimGrid for the rest.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/kernel/closed_form_flows.hpp"
#include "sim/kernel/engine.hpp"
#include "sim/kernel/simgrid_flows.hpp"

namespace coinfer {

class FairFlows {
 public:
  /// `sink` hears of flows that SimGrid ends; those of closed forms come back through `end`. `host` is what SimGrid runs
  /// beside. Both outlive this object.
  FairFlows(EngineKind engine, EventQueue& events, FlowSink& sink, SimgridFlows::Host& host)
      : engine_(engine), closed_(events), sink_(sink), host_(host) {}

  /// One more link; `fair` says whether flows share it (otherwise its owner admits one at a time).
  void add_link(double bytes_per_s, bool fair);

  /// Starts a flow of `bytes` > 0; `links` is sorted, without duplicates, and outlives the flow.
  void start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s);
  void cancel(std::uint32_t flow, std::span<std::uint32_t const> links, double now_s);
  void set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s);
  /// Handles a flow_end event; appends the flows that end.
  void end(std::uint32_t group, std::uint32_t stamp, double now_s, std::vector<std::uint32_t>& ended) {
    closed_.end(group, stamp, now_s, ended);
  }
  /// To be called when SimGrid has ended a flow, before anything else starts.
  void ended_by_simgrid(std::span<std::uint32_t const> links);

  /// SimGrid, while it has flows in flight; otherwise null.
  [[nodiscard]] SimgridFlows* simgrid() { return simgrid_ && simgrid_->active() > 0 ? simgrid_.get() : nullptr; }
  /// Flows that SimGrid priced so far.
  [[nodiscard]] std::uint64_t simgrid_flows() const { return simgrid_ ? simgrid_->flows_started() : 0; }

 private:
  void start_in_simgrid(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s);

  EngineKind engine_;
  ClosedFormFlows closed_;
  FlowSink& sink_;
  SimgridFlows::Host& host_;
  std::vector<double> bandwidth_;
  std::vector<char> fair_;
  std::vector<std::uint32_t> simgrid_users_;  ///< flows in SimGrid, by link
  std::vector<std::span<std::uint32_t const>> links_of_flow_;
  std::unique_ptr<SimgridFlows> simgrid_;
};

}  // namespace coinfer
