// Whether a point is left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/sweep/axis_levels.hpp"
#include "scenarios/sweep/sweep.hpp"

namespace coinfer {

/// Whether two values are the same: as numbers where both are numbers ("1e3" and "1000"), else as text, quotes aside.
bool same_value(std::string_view left, std::string_view right);

/// Whether a condition holds for a value. Bounds hold for numbers alone.
bool holds_for(SkipWhere const& where, std::string_view value);

/// The rules of a sweep over the points of its axes. Refers to both for as long as it lives.
class SkipFilter {
 public:
  SkipFilter(std::vector<SkipRule> const& rules, AxisLevels const& levels);
  /// Whether all conditions of some rule hold at a point.
  [[nodiscard]] bool skips(std::uint64_t point);
  /// Rules that held at none of the points asked about, by position.
  [[nodiscard]] std::vector<std::uint32_t> idle() const;

 private:
  /// A condition, and whether it holds for each value of its axis, where these can be listed.
  struct Condition {
    SkipWhere const* where;
    std::vector<char> by_value;
  };

  [[nodiscard]] bool holds(Condition const& condition, std::uint64_t point) const;

  AxisLevels const& levels_;
  std::vector<std::vector<Condition>> rules_;
  std::vector<char> held_;  ///< by rule
};

}  // namespace coinfer
