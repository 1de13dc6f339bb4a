// Flows with the same set of shared links, sorted into classes of equal rate.
//
// Max-min fairness gives every bundle one level, the share of the first of its links to be full, and each of its flows the
// rate min(bound of its class, level). Flows of a class are served alike, so one heap in virtual time (bytes served per
// flow, see fair_share.hpp) holds their ends; and all classes whose bound lies above the level are served alike, too, so
// that a change of the level touches only the classes whose bound it passes. (Max-min: Bertsekas and Gallager, Data
// Networks, 2nd edition, section 6.5.2.)
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "sim/kernel/placed_heap.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

/// Flows of one bundle with one bound on their rate.
struct RateClass {
  enum class Pace : std::uint8_t { unplaced, bound, level };
  std::uint32_t bundle = nothing;
  std::uint32_t strand = nothing;  ///< the strand all its flows belong to; `nothing`: single flows of many strands
  double bound = 0;                ///< bytes per second for each flow; infinity where no private link binds
  Pace pace = Pace::unplaced;      ///< which rate it has: its bound, or the level of its bundle
  double served = 0;               ///< bytes served per flow, at `changed_s` (pace bound)
  double changed_s = 0;
  double ahead = 0;  ///< pace level: what it has served beyond `FlowBundle::served`
  PlacedHeap flows;  ///< by the bytes served at their end
};

struct FlowBundle {
  struct Member {
    double bound;
    std::uint32_t strand;
    std::uint32_t number;  ///< of the class
    double users;
  };
  std::vector<std::uint32_t> links;  ///< the shared links, sorted
  std::vector<Member> members;       ///< its classes by bound, then strand
  bool sums_known = false;
  std::vector<double> bytes_below;  ///< sum of bound * users over the first k members
  std::vector<double> users_below;
  double level = 0;   ///< bytes per second; infinity where every class is held by its bound
  double served = 0;  ///< integral of the level over time, at `changed_s`
  double changed_s = 0;
  PlacedHeap by_date;   ///< classes of pace bound by the date of their next end
  PlacedHeap by_level;  ///< classes of pace level by the value of `served` at their next end
  std::vector<std::uint32_t> unplaced;
  bool ends = false;        ///< whether it stands in its owner's list of ends
  std::uint64_t visit = 0;  ///< the last search that came by

  // While rates are filled:
  std::size_t passed = 0;  ///< members that have reached their bound
  double next_level = 0;
  [[nodiscard]] double users() const { return users_below.back(); }
};

/// The bundles and their classes. Dates never decrease from call to call.
class FlowBundles {
 public:
  [[nodiscard]] FlowBundle& operator[](std::uint32_t bundle) { return bundles_[bundle]; }
  [[nodiscard]] RateClass const& of(std::uint32_t rate_class) const { return classes_[rate_class]; }
  [[nodiscard]] std::vector<FlowBundle>& all() { return bundles_; }

  /// An empty bundle; its level is found before time goes on.
  std::uint32_t make_bundle(std::span<std::uint32_t const> links, double now_s);
  /// Frees a bundle without members.
  void release_bundle(std::uint32_t bundle);

  /// A class without flows, of a strand of its own or (`nothing`) the one there is for single flows with this bound.
  std::uint32_t make_class(std::uint32_t bundle, std::uint32_t strand, double bound, double now_s);
  /// Takes a class with its flows to another bundle or bound.
  void move_class(std::uint32_t rate_class, std::uint32_t bundle, double bound, double now_s);
  /// Frees a class without flows; does nothing where it has some, or has been freed.
  void release_if_empty(std::uint32_t rate_class);

  void enter(std::uint32_t rate_class, std::uint32_t flow, double bytes, std::uint64_t order, double now_s);
  /// Takes a flow out and returns the bytes it had left; the class stays, empty or not.
  double leave(std::uint32_t rate_class, std::uint32_t flow, double now_s);

  /// Takes over `next_level` and gives every class its pace.
  void adopt_level(std::uint32_t bundle, double now_s);
  [[nodiscard]] double next_end_s(std::uint32_t bundle) const;
  /// Takes out the flows that end at `now_s` = next_end_s(); appends (order, flow).
  void pop_ended(std::uint32_t bundle, double now_s, std::vector<std::pair<std::uint64_t, std::uint32_t>>& ended);
  /// Brings the sums over the members of a bundle up to date.
  void refresh_sums(std::uint32_t bundle);

 private:
  using Ended = std::vector<std::pair<std::uint64_t, std::uint32_t>>;
  [[nodiscard]] double level_end_s(FlowBundle const& bundle) const;
  static void serve(FlowBundle& bundle, double now_s);
  void serve(RateClass& entry, double now_s);
  void attach(std::uint32_t rate_class);
  void detach(std::uint32_t rate_class);
  void place(std::uint32_t rate_class);
  void unplace(std::uint32_t rate_class);
  void set_key(std::uint32_t rate_class);
  void count_users(RateClass const& entry);
  void pop_heads(std::uint32_t rate_class, Ended& ended);
  void start_again_at_zero(std::uint32_t bundle, double now_s);
  static std::size_t position(FlowBundle const& bundle, double bound, std::uint32_t strand);

  std::vector<FlowBundle> bundles_;
  std::vector<RateClass> classes_;
  std::vector<std::uint32_t> free_bundles_;
  std::vector<std::uint32_t> free_classes_;
  PlacedHeap::Places flow_places_;
  PlacedHeap::Places class_places_;
};

}  // namespace coinfer
