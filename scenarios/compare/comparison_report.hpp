// A comparison, decided, for people and for scripts.
#pragma once

#include <string>

#include "scenarios/compare/comparison.hpp"

namespace coinfer {

/// A table with a row for every figure of the whole, and for those of single points that really differ (most certain first,
/// at most `most_point_rows`; how many there are of each verdict is said); then what differs in the inputs.
std::string comparison_text(Comparison const& comparison);
inline constexpr std::size_t most_point_rows = 40;

/// Everything, in the same order.
std::string comparison_json(Comparison const& comparison);

}  // namespace coinfer
