// All flows over links: events alone where the engine is fast, SimGrid for the fair links of the plain one.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/kernel/class_flows.hpp"
#include "sim/kernel/closed_form_flows.hpp"
#include "sim/kernel/engine.hpp"
#include "sim/kernel/simgrid_flows.hpp"

namespace coinfer {

class FairFlows {
 public:
  /// `sink` hears of flows that SimGrid ends; the others come back through `end`. `host` is what SimGrid runs beside. Both
  /// outlive this object.
  FairFlows(EngineKind engine, EventQueue& events, FlowSink& sink, SimgridFlows::Host& host)
      : engine_(engine), closed_(events), classes_(events), sink_(sink), host_(host) {}

  /// One more link; `fair` says whether flows share it (otherwise its owner admits one at a time).
  void add_link(double bytes_per_s, bool fair);

  /// Starts a flow of `bytes` > 0; `links` is sorted, without duplicates, and outlives the flow.
  void start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s);
  void cancel(std::uint32_t flow, std::span<std::uint32_t const> links, double now_s);
  void set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s);
  /// Handles a flow_end event; appends the flows that end.
  void end(std::uint32_t subject, std::uint32_t stamp, double now_s, std::vector<std::uint32_t>& ended);

  /// SimGrid, while it has flows in flight; otherwise null.
  [[nodiscard]] SimgridFlows* simgrid() { return simgrid_ && simgrid_->active() > 0 ? simgrid_.get() : nullptr; }
  /// Flows that SimGrid priced so far.
  [[nodiscard]] std::uint64_t simgrid_flows() const { return simgrid_ ? simgrid_->flows_started() : 0; }

 private:
  [[nodiscard]] bool in_simgrid(std::span<std::uint32_t const> links) const;

  EngineKind engine_;
  ClosedFormFlows closed_;  ///< those that meet only flows with the same links
  ClassFlows classes_;      ///< the others, in the fast engine
  FlowSink& sink_;
  SimgridFlows::Host& host_;
  std::vector<double> bandwidth_;
  std::vector<char> fair_;
  std::vector<std::span<std::uint32_t const>> links_of_flow_;
  std::unique_ptr<SimgridFlows> simgrid_;  ///< all over fair links, in the plain engine
};

}  // namespace coinfer
