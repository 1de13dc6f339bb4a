// The numbers of a range: in equal steps for a grid, or at any share of the way for a sample.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/sweep/sweep.hpp"

namespace coinfer {

/// The ends of a log range lie between these: portable_exp takes no more.
inline constexpr double least_log_end = 1e-300;
inline constexpr double most_log_end = 1e300;
/// The ends of a range of whole numbers lie between plus and minus this, 2^53: every one is a double.
inline constexpr double most_whole_end = 9007199254740992;

/// The values of a grid, as text that reads back to the same number. The first and the last are the ends exactly, rounded
/// half away from zero where the range is whole. Those between are kept to 15 significant digits, 12 in a log range, so
/// that the fourth of eleven values from 0 to 1 is 0.3 and not a neighbour of it in binary.
std::vector<std::string> grid_values(AxisRange const& range);

/// The value at `share` of the way from one end to the other, 0 < share < 1. Whole ones are spread so that, with a uniform
/// share, the ends are as likely as their neighbours: the nearest whole number in a range that is half a step longer at
/// both ends.
std::string sampled_value(AxisRange const& range, double share);

/// How many whole numbers a linear range has, both ends among them.
std::uint64_t whole_values(AxisRange const& range);
/// The whole number of that index, from `from` to `to`.
std::string whole_value(AxisRange const& range, std::uint64_t index);

}  // namespace coinfer
