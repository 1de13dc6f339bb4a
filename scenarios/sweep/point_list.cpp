#include "scenarios/sweep/point_list.hpp"

#include <cassert>

#include "scenarios/sweep/skip_rules.hpp"

namespace coinfer {

PointList::PointList(Sweep const& sweep) : levels_(sweep), skips_any_(!sweep.skips.empty()) {
  for (Axis const& axis : sweep.axes) fields_.push_back(axis.fields);
  if (!skips_any_) return;
  SkipFilter filter(sweep.skips, levels_);
  for (std::uint64_t point = 0; point < levels_.points(); ++point) {
    if (!filter.skips(point)) kept_.push_back(static_cast<std::uint32_t>(point));
  }
  kept_.shrink_to_fit();
  idle_skips_ = filter.idle();
}

SweepPoint PointList::operator[](std::uint64_t index) const {
  assert(index < size());
  SweepPoint point;
  point.index = index;
  point.levels.reserve(fields_.size());
  point.assignments.reserve(fields_.size());
  for (std::size_t axis = 0; axis < fields_.size(); ++axis) {
    std::string const& level = point.levels.emplace_back(levels_.text(drawn(index), axis));
    for (std::string const& field : fields_[axis]) {
      std::string& assignment = point.assignments.emplace_back();
      assignment.reserve(field.size() + 1 + level.size());
      assignment.append(field).append(1, '=').append(level);
    }
  }
  return point;
}

double PointList::rank(std::uint64_t index, std::size_t axis) const { return levels_.rank(drawn(index), axis); }

}  // namespace coinfer
