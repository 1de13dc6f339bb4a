// Where along the cuts a model's activations contract around their classes: from feature level to decision level.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace coinfer {

/// Inside the published procedure: drops below this magnitude between the two largest join them into one block [official
/// code of arXiv 2506.15412, PUBLISHED].
inline constexpr double small_drop = 0.2;

/// What the published procedure finds. Indices are those of the cuts given, in order.
struct DropTransition {
  /// (R_{j-1} - R_j) / R_{j-1} of each cut but the first, which has none; nothing where R_{j-1} is 0.
  std::vector<std::optional<double>> drops;
  /// The cut after the largest drop and, where the zone has two edges, that after the second largest, in order of depth.
  /// Empty where no cut has a drop above 0.
  std::vector<std::size_t> cuts;
  /// Whether the largest drop is at least `small_drop`. The published procedure names a cut wherever anything falls; that a
  /// profile without such a drop has no transition is our reading of its own threshold.
  bool is_there = false;
};

/// "relative_drop", the published procedure [official code of arXiv 2506.15412, `active identification`]: the cut after the
/// largest relative drop of R_c^2; if a drop strictly between it and the second largest has a magnitude of at least
/// `small_drop`, that one too. Of equal drops the first counts. `radius2`: R_c^2 >= 0 of each cut, in order of depth.
DropTransition locate_by_relative_drop(std::span<double const> radius2);

/// What the change-point method needs to believe.
struct ChangePointOptions {
  /// Least advantage in the Bayesian information criterion over the better of "no change" and "steady change". Above 6 is
  /// strong evidence [Kass, Raftery 1995, Journal of the American Statistical Association 90(430)]. With it, of profiles of
  /// 5 to 50 cuts that only scatter (Gaussian in the logarithm, standard deviation 0.5), at most 2 % show a transition.
  double least_advantage = 6;
  /// Relative scatter of R_c^2/D from cut to cut that is always put down to chance, > 0. ASSUMED: no one published one.
  double scatter = 0.1;
};

/// What the change-point method finds.
struct ChangePoint {
  /// The first cut of the lower level; nothing where there is no transition.
  std::optional<std::size_t> cut;
  /// The best split, whether believed or not: its first cut of the second level; nothing below `least_cuts` cuts.
  std::optional<std::size_t> best_split;
  double advantage = 0;  ///< Of that split, in units of the criterion; may be negative.
  double factor = 1;     ///< Second level over first: geometric means of R_c^2/D.
};

/// Fewer cuts fit any step.
inline constexpr std::size_t least_cuts = 5;

/// "change_point": the step in ln(R_c^2/D) with the least squared error, compared by the Bayesian information criterion
/// n ln(max(SSE/n, scatter^2)) + p ln n with a constant (p = 1) and a straight line over the cuts' order (p = 2); a step
/// has p = 3. There is a transition where the step wins by `least_advantage` and leads downwards. Not published for this
/// use: least-squares change points are textbook [Bai 1997, Review of Economics and Statistics 79(4)]; the comparison is
/// ours. `radius2_per_dimension`: R_c^2/D > 0 of each cut, in order of depth; after the first 0 nothing is looked at, for a
/// logarithm needs more.
ChangePoint locate_by_change_point(std::span<double const> radius2_per_dimension, ChangePointOptions const& options = {});

}  // namespace coinfer
