// Flows over fair links at max-min fair rates, whatever links they share: priced by class instead of one by one.
//
// Flows over the same set of links are a strand. A link that one strand alone crosses is private to it and merely bounds
// each of its n flows to bandwidth / n; links that several strands cross are shared. Strands with the same shared links are
// a bundle (flow_bundle.hpp), and single flows of them with equal bounds one class: private access links of equal bandwidth
// make one class although the links differ. When a second strand comes to a private link, or the last but one leaves a
// shared one, the strands concerned move to the bundle and class that is now theirs, with what they have left to send.
//
// A change costs O(log n) for the classes whose pace it changes, and one addition for every class of its bundles; n flows
// of as many strands that share one link and have k different bounds are k classes. Progressive filling visits only what is
// connected to the change by shared links. The rates are exact but for rounding; there is nothing it cannot price.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/kernel/flow_bundle.hpp"
#include "sim/kernel/link_set_index.hpp"
#include "sim/kernel/progressive_filling.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

class ClassFlows {
 public:
  /// The subject of its flow_end events, beside which those of closed forms are numbers of groups.
  static constexpr std::uint32_t subject = nothing;

  explicit ClassFlows(EventQueue& events) : events_(events) {}

  /// Makes room for one more link; links are dense indices in the order of these calls.
  void add_link(double bytes_per_s);
  /// Whether a flow is on the link.
  [[nodiscard]] bool uses(std::uint32_t link) const { return links_[link].strands > 0; }

  /// Starts a flow of `bytes` >= 0; `links` is sorted, without duplicates, not empty.
  void start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s);
  /// Takes out a flow that is here.
  void cancel(std::uint32_t flow, double now_s);
  /// Changes a bandwidth; 0 stops the flows on the link until it rises.
  void set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s);
  /// Handles a flow_end event: appends the flows that end at `now_s`, in the order of their starts, unless it is stale.
  void end(std::uint32_t stamp, double now_s, std::vector<std::uint32_t>& ended);

 private:
  struct Strand {
    std::vector<std::uint32_t> links;  ///< sorted
    std::uint32_t flows = 0;
    std::uint32_t flow = nothing;  ///< the flow, where it is a single one of a class it shares
    std::uint32_t bundle = nothing;
    std::uint32_t rate_class = nothing;  ///< where its flows are
  };
  struct Flow {
    std::uint32_t strand = nothing;
    std::uint64_t order = 0;  ///< place among all flows ever started
  };

  std::uint32_t strand_over(std::span<std::uint32_t const> links, double now_s);
  void settle_in(std::uint32_t strand, double now_s);
  void give_own_class(std::uint32_t strand, double now_s);
  void rate_again(std::uint32_t strand, double now_s);
  void flows_left(std::uint32_t strand, double now_s);
  void release_strand(std::uint32_t strand, double now_s);
  [[nodiscard]] bool has_own_class(Strand const& strand) const;
  [[nodiscard]] double bound_of(Strand const& strand) const;
  std::uint32_t bundle_for(Strand const& strand, double now_s);
  void touch_bundle(std::uint32_t bundle) { touched_bundles_.push_back(bundle); }
  void fill(double now_s);
  void visit_bundle(std::uint32_t bundle);
  void visit_link(std::uint32_t link);
  void take_end(std::uint32_t bundle);
  void schedule();

  EventQueue& events_;
  std::vector<FlowLink> links_;
  FlowBundles bundles_;
  ProgressiveFilling filling_;
  std::vector<Strand> strands_;
  std::vector<std::uint32_t> free_strands_;
  LinkSetIndex strand_index_;
  LinkSetIndex bundle_index_;
  std::vector<Flow> flows_;
  std::uint64_t started_ = 0;
  std::vector<std::uint32_t> touched_bundles_;  ///< since rates were last filled
  std::vector<std::uint32_t> touched_links_;
  PlacedHeap ends_;  ///< bundles by the date of their next end
  PlacedHeap::Places end_places_;
  std::uint32_t stamp_ = 0;
  double scheduled_s_ = -1;  ///< date of its valid event
  // Kept for their memory:
  std::uint64_t visit_ = 0;
  std::vector<std::uint32_t> visited_bundles_;
  std::vector<std::uint32_t> visited_links_;
  std::vector<std::uint32_t> shared_;
  std::vector<std::uint32_t> moved_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> ended_;
};

}  // namespace coinfer
