// Which value each axis of a sweep has at each point, before any points are skipped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/sweep/sweep.hpp"

namespace coinfer {

/// Axes that change together are a group: those of one `zip` word, or one axis by itself. In a grid, groups are the digits
/// of the number of a point, the last one changing fastest. In a sample each group has its own draw at each point, from
/// streams keyed by the position of its first axis, so that an axis added at the end leaves the others as they are.
///
/// RANDOM: the share of the way along an axis is uniform in (0, 1), or each value of a list is equally likely. A longer
/// sample begins with the points of a shorter one.
///
/// LATIN_HYPERCUBE of n points: the share is (s + u) / n, where s is a random permutation of 0 ... n-1 and u uniform in
/// (0, 1) (McKay, Beckman and Conover, Technometrics 21(2), 1979). Of a list with m values, point s takes the value
/// floor((s m + k) / n), k uniform in 0 ... m-1 and the same for all points: each value is used floor(n/m) or ceil(n/m)
/// times, and all are equally likely to be used once more. Whole numbers of a linear range are such a list.
class AxisLevels {
 public:
  /// The sweep must have been checked: at most `most_sweep_points`, zipped axes of equal length (both asserted).
  explicit AxisLevels(Sweep const& sweep);

  [[nodiscard]] std::uint64_t points() const { return points_; }
  /// The value as text.
  [[nodiscard]] std::string text(std::uint64_t point, std::size_t axis) const;
  /// The position in a list or a grid; nothing where a range is sampled.
  [[nodiscard]] std::optional<std::uint64_t> position(std::uint64_t point, std::size_t axis) const;
  /// How far along its axis the value stands: the position, or the share of the way from one end of a range to the other.
  [[nodiscard]] double rank(std::uint64_t point, std::size_t axis) const;
  /// The values of a list or a grid; empty where a range is sampled.
  [[nodiscard]] std::vector<std::string> const& values(std::size_t axis) const { return values_[axis]; }

 private:
  struct Group {
    std::uint64_t size = 0;             ///< values in a grid
    std::uint64_t stride = 1;           ///< points of a grid until the value changes
    std::uint64_t key = 0;              ///< of the draws of its points
    std::uint64_t offset = 0;           ///< 64 uniform bits: k / m of a Latin hypercube
    std::vector<std::uint32_t> strata;  ///< of a Latin hypercube, by point
  };

  void arrange_grid();
  void arrange_sample(std::vector<std::size_t> const& first_axes);
  /// 64 uniform bits of a point, the same for all axes of the group.
  [[nodiscard]] static std::uint64_t draw(Group const& group, std::uint64_t point);
  [[nodiscard]] double share(Group const& group, std::uint64_t point) const;
  [[nodiscard]] std::uint64_t drawn_position(Group const& group, std::uint64_t point, std::uint64_t values) const;

  std::vector<std::size_t> group_of_;             ///< by axis
  std::vector<std::vector<std::string>> values_;  ///< by axis
  std::vector<AxisRange> ranges_;                 ///< by axis; of those whose values_ are empty
  std::vector<Group> groups_;
  std::optional<SampleDesign> sample_;
  std::uint64_t points_ = 1;
};

}  // namespace coinfer
