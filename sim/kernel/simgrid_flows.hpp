// Fair flows priced by SimGrid 3.32, the reference of the fast engine's closed forms and its fallback where it has none.
//
// SimGrid is driven from the maestro, without actors or timers, from one end of a flow to the next. Its clock cannot be
// reset and its engine is a singleton, so at most one SimgridFlows may exist in the life of a process (asserted): whoever
// needs one runs in a child process (sim/kernel/child_process.hpp).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/kernel/flow_model.hpp"

namespace coinfer {

class SimgridFlows final : public FlowModel {
 public:
  /// The other half of the simulation: the kernel's own events, which interleave with the ends of flows.
  class Host {
   public:
    virtual ~Host() = default;
    /// Date of the kernel's next own event, or infinity.
    [[nodiscard]] virtual double next_event_s() const = 0;
    /// Handles own events at `date_s` (= next_event_s()), at least the next one. May start or cancel flows.
    virtual void handle_events(double date_s) = 0;
    /// Whether ends of flows at the date of the next own event come before it.
    [[nodiscard]] virtual bool flow_ends_first() const { return false; }
    /// Whether `run` is to return at once. Asked after every event and every end of a flow.
    [[nodiscard]] virtual bool stopped() const { return false; }
  };

  /// `bandwidths_bytes_per_s`: one per link, at least 0 (down). A link costs next to nothing until a flow crosses it, and a
  /// set of links nothing at all. `sink` and `host` must outlive this object.
  SimgridFlows(std::vector<double> const& bandwidths_bytes_per_s, FlowSink& sink, Host& host);
  ~SimgridFlows() override;

  /// One more link (an access line used for the first time); its index is the number of links so far.
  void add_link(double bytes_per_s);

  void start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s) override;
  void cancel(std::uint32_t flow, double now_s) override;
  void set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s) override;
  [[nodiscard]] std::size_t active() const override;

  /// Runs both halves in order of time until no flow is in flight or nothing is left to happen up to `until_s` (flows then
  /// stay in flight, and the next call goes on from there). Own events of one date come before the ends of flows at that
  /// date unless the host says otherwise, and those in the order in which the flows were started. Returns too when every
  /// flow in flight is stopped by a bandwidth of 0 and the host has no event. RunError when a flow would end after more
  /// than 2000 years.
  void run(double until_s);

  /// Flows started so far, for the manifest.
  [[nodiscard]] std::uint64_t flows_started() const;
  /// Every SimGrid option that matters, "network/model:CM02", ..., as set explicitly; for the manifest.
  /// "surf/precision:2ulp" is two spacings of doubles at the date at hand.
  static std::vector<std::string> const& options();
  /// "3.32.0".
  static std::string version();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace coinfer
