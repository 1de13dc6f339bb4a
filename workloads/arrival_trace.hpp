// Reading recorded arrival times from CSV.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/diagnostics.hpp"
#include "sim/base/units.hpp"

namespace coinfer {

/// The arrival times in `text`, each as seconds after the first. The column is the first there is of "arrival_s",
/// "arrived_at" (seconds) and "TIMESTAMP" (date and time "2023-11-16 18:17:03.9799600", optionally with "T" for the space
/// and with "Z" or an offset "+01:00"; differences are taken in whole nanoseconds). Nothing after located problems (`file`
/// is the name used in places): no such column, no row, a value that is not a time, times that decrease.
std::optional<std::vector<Seconds>> read_arrival_trace(std::string const& file, std::string_view text,
                                                       Diagnostics& diagnostics);

/// Nanoseconds from 1970-01-01 00:00:00 UTC to a date and time as above, between the years 1900 and 2200; digits beyond the
/// ninth decimal are cut. Nothing when `text` is not one.
std::optional<std::int64_t> parse_timestamp(std::string_view text);

}  // namespace coinfer
