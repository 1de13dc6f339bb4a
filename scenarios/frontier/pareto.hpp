// Which of several choices are worth making: the ones that no other beats.
#pragma once

#include <vector>

namespace coinfer {

/// One entry per choice: whether no other choice is at most as costly in every respect and less costly in one. `costs` has
/// a row per choice with one number per respect, smaller is better, infinities allowed, NaN not (asserted); rows have equal
/// lengths. Choices that cost the same in every respect do not beat each other: all of them or none are optimal.
std::vector<bool> pareto_optimal(std::vector<std::vector<double>> const& costs);

}  // namespace coinfer
