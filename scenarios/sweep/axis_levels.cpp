#include "scenarios/sweep/axis_levels.hpp"

#include <cassert>
#include <map>
#include <numeric>
#include <utility>

#include "scenarios/sweep/range_values.hpp"
#include "sim/base/random.hpp"

namespace coinfer {

namespace {

__extension__ using Wide = unsigned __int128;

/// 64 uniform bits as a whole number in [0, n). The bias is below n / 2^64.
std::uint64_t scaled(std::uint64_t bits, std::uint64_t n) { return static_cast<std::uint64_t>((Wide{bits} * n) >> 64); }

/// 64 uniform bits as a number in (0, 1).
double unit(std::uint64_t bits) { return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52; }

bool has_whole_list(AxisRange const& range) { return range.whole && !range.logarithmic; }

}  // namespace

AxisLevels::AxisLevels(Sweep const& sweep) : sample_(sweep.sample) {
  std::map<std::string, std::size_t> zipped;
  std::vector<std::size_t> first_axes;
  for (std::size_t a = 0; a < sweep.axes.size(); ++a) {
    Axis const& axis = sweep.axes[a];
    std::size_t group = groups_.size();
    if (!axis.zip.empty()) group = zipped.try_emplace(axis.zip, group).first->second;
    if (group == groups_.size()) {
      groups_.emplace_back();
      first_axes.push_back(a);
    }
    group_of_.push_back(group);
    ranges_.push_back(axis.range.value_or(AxisRange{}));
    values_.push_back(axis.range && !sample_ ? grid_values(*axis.range) : axis.values);
    assert(sample_ || groups_[group].size == 0 || groups_[group].size == values_.back().size());
    groups_[group].size = values_.back().size();
  }
  if (sample_) {
    arrange_sample(first_axes);
  } else {
    arrange_grid();
  }
  assert(points_ <= most_sweep_points);
}

void AxisLevels::arrange_grid() {
  for (std::size_t g = groups_.size(); g-- > 0;) {
    groups_[g].stride = points_;
    points_ *= groups_[g].size;
  }
}

void AxisLevels::arrange_sample(std::vector<std::size_t> const& first_axes) {
  points_ = sample_->points;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    Group& group = groups_[g];
    group.key = RandomStream(sample_->seed, "sweep.points", first_axes[g]).bits();
    if (!sample_->latin_hypercube) continue;
    group.offset = RandomStream(sample_->seed, "sweep.offset", first_axes[g]).bits();
    group.strata.resize(sample_->points);
    std::iota(group.strata.begin(), group.strata.end(), 0U);
    RandomStream shuffle(sample_->seed, "sweep.strata", first_axes[g]);
    for (std::size_t i = group.strata.size(); i > 1; --i) std::swap(group.strata[i - 1], group.strata[shuffle.below(i)]);
  }
}

std::uint64_t AxisLevels::draw(Group const& group, std::uint64_t point) {
  return RandomStream(group.key, "sweep.draw", point).bits();
}

double AxisLevels::share(Group const& group, std::uint64_t point) const {
  double const within = unit(draw(group, point));
  if (!sample_->latin_hypercube) return within;
  return (group.strata[point] + within) / static_cast<double>(points_);
}

std::uint64_t AxisLevels::drawn_position(Group const& group, std::uint64_t point, std::uint64_t values) const {
  if (!sample_->latin_hypercube) return scaled(draw(group, point), values);
  Wide const along = Wide{group.strata[point]} * values + scaled(group.offset, values);
  return static_cast<std::uint64_t>(along / points_);
}

std::optional<std::uint64_t> AxisLevels::position(std::uint64_t point, std::size_t axis) const {
  Group const& group = groups_[group_of_[axis]];
  if (!sample_) return point / group.stride % group.size;
  if (values_[axis].empty()) return std::nullopt;
  return drawn_position(group, point, values_[axis].size());
}

double AxisLevels::rank(std::uint64_t point, std::size_t axis) const {
  if (std::optional<std::uint64_t> const at = position(point, axis)) return static_cast<double>(*at);
  Group const& group = groups_[group_of_[axis]];
  if (!has_whole_list(ranges_[axis])) return share(group, point);
  return static_cast<double>(drawn_position(group, point, whole_values(ranges_[axis])));
}

std::string AxisLevels::text(std::uint64_t point, std::size_t axis) const {
  if (std::optional<std::uint64_t> const at = position(point, axis)) return values_[axis][*at];
  Group const& group = groups_[group_of_[axis]];
  AxisRange const& range = ranges_[axis];
  if (!has_whole_list(range)) return sampled_value(range, share(group, point));
  return whole_value(range, drawn_position(group, point, whole_values(range)));
}

}  // namespace coinfer
