// What a sweep tells people, on its way and at its end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/sweep/points_csv.hpp"

namespace coinfer {

/// "1200 of 10000 runs, 480 per s, 18 s left"; without a rate where nothing has been done yet. `done` counts what was done
/// `before` this took `elapsed_s`.
std::string rate_text(std::uint64_t done, std::uint64_t before, std::uint64_t total, double elapsed_s);

/// How the runs ended, and which axes change no result, by name.
std::string sweep_text(PointsSummary const& summary, std::vector<std::string> const& axes);

/// Why the program ends with exit code 1; empty where it does not: every run is ok and kept its privacy floors.
std::string what_went_wrong(PointsSummary const& summary);

}  // namespace coinfer
