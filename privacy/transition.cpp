#include "privacy/transition.hpp"

#include <algorithm>
#include <cassert>

#include "sim/base/portable_math.hpp"

namespace coinfer {

namespace {

/// The cut with the largest drop above 0 that is not `except`.
std::optional<std::size_t> largest_drop(std::vector<std::optional<double>> const& drops,
                                        std::optional<std::size_t> except) {
  std::optional<std::size_t> found;
  for (std::size_t cut = 0; cut < drops.size(); ++cut) {
    if (!drops[cut] || *drops[cut] <= 0 || cut == except) continue;
    if (!found || *drops[cut] > *drops[*found]) found = cut;
  }
  return found;
}

double mean(std::span<double const> values) {
  double sum = 0;
  for (double const value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double squared_error(std::span<double const> values) {
  double const level = mean(values);
  double sum = 0;
  for (double const value : values) sum += (value - level) * (value - level);
  return sum;
}

/// Squared error of the best straight line over 0, 1, 2, ...
double line_error(std::span<double const> values) {
  double const level = mean(values);
  double const middle = (static_cast<double>(values.size()) - 1) / 2;
  double xx = 0;
  double xy = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double const x = static_cast<double>(i) - middle;
    xx += x * x;
    xy += x * (values[i] - level);
  }
  return std::max(0.0, squared_error(values) - xy * xy / xx);
}

double criterion(double error, std::size_t cuts, int parameters, double scatter) {
  double const n = static_cast<double>(cuts);
  return n * portable_log(std::max(error / n, scatter * scatter)) + parameters * portable_log(n);
}

}  // namespace

DropTransition locate_by_relative_drop(std::span<double const> radius2) {
  DropTransition result;
  result.drops.resize(radius2.size());
  for (std::size_t cut = 1; cut < radius2.size(); ++cut) {
    if (radius2[cut - 1] > 0) result.drops[cut] = (radius2[cut - 1] - radius2[cut]) / radius2[cut - 1];
  }
  auto const first = largest_drop(result.drops, std::nullopt);
  if (!first) return result;
  result.cuts = {*first};
  result.is_there = *result.drops[*first] >= small_drop;
  auto const second = largest_drop(result.drops, first);
  if (!second) return result;
  auto const [from, to] = std::minmax(*first, *second);
  bool const has_two_edges = std::any_of(
      result.drops.begin() + static_cast<std::ptrdiff_t>(from) + 1, result.drops.begin() + static_cast<std::ptrdiff_t>(to),
      [](std::optional<double> const& drop) { return drop && (*drop >= small_drop || *drop <= -small_drop); });
  if (has_two_edges) result.cuts = {from, to};
  return result;
}

ChangePoint locate_by_change_point(std::span<double const> radius2_per_dimension, ChangePointOptions const& options) {
  assert(options.scatter > 0);
  std::vector<double> logs;
  for (double const value : radius2_per_dimension) {
    if (!(value > 0)) break;
    logs.push_back(portable_log(value));
  }
  ChangePoint result;
  std::size_t const n = logs.size();
  if (n < least_cuts) return result;
  std::span<double const> const all(logs);
  double best_error = 0;
  for (std::size_t split = 1; split < n; ++split) {
    double const error = squared_error(all.first(split)) + squared_error(all.subspan(split));
    if (result.best_split && error >= best_error) continue;
    result.best_split = split;
    best_error = error;
  }
  double const rival =
      std::min(criterion(squared_error(all), n, 1, options.scatter), criterion(line_error(all), n, 2, options.scatter));
  result.advantage = rival - criterion(best_error, n, 3, options.scatter);
  double const change = mean(all.subspan(*result.best_split)) - mean(all.first(*result.best_split));
  // Beyond this range only the direction matters.
  result.factor = portable_exp(std::clamp(change, -700.0, 700.0));
  if (result.advantage >= options.least_advantage && change < 0) result.cut = result.best_split;
  return result;
}

}  // namespace coinfer
