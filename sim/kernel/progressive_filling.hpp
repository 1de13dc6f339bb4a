// Max-min fair levels of bundles of flows that share links: all rates rise together, a class stops at its bound, and a full
// link stops all that cross it (progressive filling: Bertsekas and Gallager, Data Networks, 2nd edition, section 6.5.2).
//
// Between two full links the level does not creep from bound to bound: with `left` bytes per second for `users` flows that
// still rise, left / users is at most the level at which a link is full, so that every class bounded by less may stop at
// once. That makes O((links + bundles) log) for a set of bundles, whatever the number of their classes, which are looked up
// by bisection.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/flow_bundle.hpp"
#include "sim/kernel/placed_heap.hpp"

namespace coinfer {

/// A fair link as the flows on it see it.
struct FlowLink {
  double bytes_per_s = 0;              ///< at least 0
  std::uint32_t strands = 0;           ///< that cross it
  std::uint32_t strand_mark = 0;       ///< their numbers, exclusive-or: the number itself where there is one
  std::vector<std::uint32_t> bundles;  ///< that share it
  std::uint64_t visit = 0;             ///< the last search that came by
  double left = 0;                     ///< while rates are filled: bytes per second not given away
  double users = 0;                    ///< while rates are filled: flows that still rise
};

class ProgressiveFilling {
 public:
  /// Sets `next_level` of `bundles`, which have members; `links` are all their links, and no others share one of these.
  void fill(std::vector<std::uint32_t> const& bundles, std::vector<std::uint32_t> const& links, FlowBundles& all_bundles,
            std::vector<FlowLink>& all_links);

 private:
  /// The least level at which a link may be full, from now on: those that are passed over drop out of the heap.
  double least_full(std::vector<FlowLink> const& links);
  void stop_bounded(std::uint32_t bundle, double level, FlowBundles& bundles, std::vector<FlowLink>& links);
  void stop_bundle(std::uint32_t bundle, double level, FlowBundles& bundles, std::vector<FlowLink>& links);

  std::size_t rising_ = 0;  ///< bundles that still rise
  PlacedHeap bounds_;       ///< those of them whose next class has a bound, by that bound
  PlacedHeap::Places bundle_places_;
  PlacedHeap full_;  ///< links by the least level at which they may be full
  PlacedHeap::Places link_places_;
};

}  // namespace coinfer
