// The best placements of a setting by their closed-form price.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/planner/priced_placement.hpp"

namespace coinfer {

/// How far a search may go before it says that it did not see everything.
struct SearchLimits {
  std::size_t cuts = 3000;        ///< legal cuts that are listed; a model with more is cut by minimum cuts
  std::size_t crossings = 30000;  ///< placements with a tensor that passes a tier by; each is priced by itself
};

/// Searches every placement that moves forward through the tiers in order.
///
/// Where no tensor passes a tier in use by, a placement's price is the sum of its legs', and label setting finds the best
/// (label_search.hpp). The others, in which a tensor goes from one tier to a later one while a tier between them works, are
/// listed and priced one by one: their messages and stages run side by side. What is found is priced again as its protocol
/// compiles it, and that price decides.
///
/// A model with too many cuts to list is searched over the cuts at which one tensor crosses, and, for latency, energy and
/// money, by a minimum cut for every set of tiers (minimum_cut.hpp), which prices what passes a tier by as if it went
/// through it and knows no bounds: with two tiers and no bound the answer is exact, otherwise it may not be the best, and
/// `searched` says so.
class PlacementSearch {
 public:
  /// `setting` outlives the search.
  explicit PlacementSearch(PlanSetting const& setting, SearchLimits limits = {});
  ~PlacementSearch();
  PlacementSearch(PlacementSearch const&) = delete;
  PlacementSearch& operator=(PlacementSearch const&) = delete;

  /// The best `count` by a figure among those that keep the bounds, the best first; ties by latency, then by bytes.
  /// Placements whose figure is not known come last.
  [[nodiscard]] std::vector<PricedPlacement> best(PlanFigure figure, std::size_t count, std::set<PlanBound> const& bounds);

  /// Those that no other beats in latency, throughput, energy, money and leakage, as far as they are known; by latency.
  [[nodiscard]] std::vector<PricedPlacement> front(std::set<PlanBound> const& bounds);

  /// The figures of the front, in words.
  [[nodiscard]] std::vector<std::string> front_figures() const;

  [[nodiscard]] IdlePricer const& pricer() const { return pricer_; }
  [[nodiscard]] CutLattice const& cuts() const { return cuts_; }
  /// Placements so far in which a tensor passes a tier by, whether or not they keep the bounds.
  [[nodiscard]] std::size_t listed_passing_by() const { return passing_by_.size(); }
  /// What was searched and whether the answers are exact, in a sentence.
  [[nodiscard]] std::string searched() const;

 private:
  struct Found {
    std::vector<Placement> placements;
    std::size_t paths = 0;
  };
  Found by_labels(std::vector<PlanFigure> figures, std::size_t keep, std::set<PlanBound> const& bounds);
  void add_passing_by(std::vector<PricedPlacement>& found, std::set<PlanBound> const& bounds);
  void add_priced(std::vector<Placement> const& placements, std::vector<PricedPlacement>& found,
                  std::set<PlanBound> const& bounds);
  void list_passing_by();
  [[nodiscard]] Placement placement_of(std::vector<FoundPath::Stage> const& stages) const;
  [[nodiscard]] std::vector<PlanFigure> known_figures() const;

  PlanSetting const& setting_;
  SearchLimits limits_;
  IdlePricer pricer_;
  bool every_cut_ = true;
  CutLattice cuts_;
  LegTable table_;
  bool listed_ = false;
  bool complete_ = true;
  std::vector<PricedPlacement> passing_by_;
};

}  // namespace coinfer
