// "did you mean": the known word nearest to an unknown one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace coinfer {

/// The candidate with the smallest Damerau-Levenshtein distance to `word`, compared without case, or an empty string when
/// none is near: the distance may be at most a third of the longer word's length, and at least one. Ties go to the
/// first. Where none is near, the shortest candidate that has the word (of three letters or more) as a part.
std::string nearest(std::string_view word, std::span<std::string const> candidates);

/// "did you mean 'X'" for the nearest candidate, or an empty string.
std::string did_you_mean(std::string_view word, std::span<std::string const> candidates);

}  // namespace coinfer
