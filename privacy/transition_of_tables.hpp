// The transition of a model as tables know it: computed from the R_c^2 they hold.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "privacy/leakage_table.hpp"
#include "privacy/radius_table.hpp"
#include "privacy/transition.hpp"

namespace coinfer {

/// What a method says. That nothing was measured is no statement about the transition.
enum class TransitionAnswer {
  located,       ///< There is one.
  none,          ///< There is none.
  not_measured,  ///< Too few cuts have the figures that the method needs.
};

/// Both methods on one profile; indices in `drop` and `change_point` are those of the profile's cuts.
struct ProfileTransition {
  TransitionAnswer by_drop = TransitionAnswer::not_measured;
  DropTransition drop;  ///< Needs R_c^2 of two cuts.
  TransitionAnswer by_change_point = TransitionAnswer::not_measured;
  ChangePoint change_point;  ///< Needs R_c^2/D above 0 of the first `least_cuts` cuts.
};

ProfileTransition locate(RadiusProfile const& profile);

/// A cut in its place along the model.
struct CutInOrder {
  std::string name;
  std::vector<std::string> aliases;  ///< What else tables may call it.
};

/// What one statistic (one attack, knowledge and protection) says about the cuts of one model on one data set.
struct TableTransition {
  std::string statistic;  ///< "statistic_by_label".
  Protection protection = Protection::clear;
  Knowledge knowledge = Knowledge::query_free;
  RadiusProfile profile;                ///< The cuts that have a figure, under the names asked for, in order.
  std::vector<std::string> unmeasured;  ///< The other cuts that were asked for: a drop may span them.
  ProfileTransition located;
  Grade grade = Grade::measured;  ///< The weakest of the figures used.
};

/// From the rows of `rc2` and `rc2_per_dimension` for exactly this model and data set, whose cut is one of `cuts` (from the
/// input on) by name or alias, one entry for each statistic in the order of the rows. A profile has the cuts with all of
/// the two metrics that the statistic has at all. Empty: nobody measured R_c^2 there, which does not mean that there is no
/// transition.
std::vector<TableTransition> transitions_of_tables(LeakageTables const& tables, std::string_view model,
                                                   std::string_view dataset, std::span<CutInOrder const> cuts);

/// The cuts of those rows in the order in which they are first named: how `coinfer privacy rc2` writes them.
std::vector<CutInOrder> cuts_in_order_of_rows(LeakageTables const& tables, std::string_view model,
                                              std::string_view dataset);

}  // namespace coinfer
