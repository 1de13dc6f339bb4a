// Where the activations of a model stop keeping the input and keep the class, as far as anyone knows.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "privacy/published_transitions.hpp"
#include "privacy/transition_of_tables.hpp"
#include "scenarios/frontier/moved_cut.hpp"

namespace coinfer {

/// What one method says.
struct TransitionZone {
  std::string method;  ///< "relative_drop", "change_point", "published".
  TransitionAnswer answer = TransitionAnswer::not_measured;
  std::string first;            ///< The first cut of the zone, by its name among the model's cuts; empty unless located.
  std::string last;             ///< The last one; equal to `first` where the zone is one cut.
  std::size_t first_place = 0;  ///< CutChoice::place of the two.
  std::size_t last_place = 0;
  std::string remark;  ///< What it rests on, or why there is no answer.

  /// Whether the cut at that place lies in the zone.
  [[nodiscard]] bool holds(std::size_t place) const;
};

/// Both methods of privacy/transition.hpp for each statistic of R_c^2 that the tables hold for the model and data set, then
/// what was published. Empty where nobody measured R_c^2 of it nor published anything, which does not mean that there is no
/// transition. Tables join by name and alias of the cuts in `choices`; a published cut that is none of them is told.
std::vector<TransitionZone> transition_zones(LeakageTables const& tables, std::span<PublishedTransition const> published,
                                             std::string_view model, std::string_view dataset,
                                             std::span<CutChoice const> choices);

}  // namespace coinfer
