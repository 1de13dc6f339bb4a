// What a sweep tells people at its end.
#pragma once

#include <string>

#include "scenarios/sweep/points_csv.hpp"

namespace coinfer {

/// How the runs ended, and which axes change no result, by name.
std::string sweep_text(PointsSummary const& summary, std::vector<std::string> const& axes);

/// Why the program ends with exit code 1; empty where it does not: every run is ok and kept its privacy floors.
std::string what_went_wrong(PointsSummary const& summary);

}  // namespace coinfer
