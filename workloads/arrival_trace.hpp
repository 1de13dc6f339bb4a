// Reading recorded arrivals from CSV, or from one JSON object per line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/diagnostics.hpp"
#include "sim/base/units.hpp"
#include "workloads/recorded_lengths.hpp"

namespace coinfer {

/// A recorded trace, row by row.
struct ArrivalTrace {
  /// In seconds after the first; never empty, never decreasing.
  std::vector<Seconds> times;
  /// Tokens of each row; null where the trace does not say.
  std::shared_ptr<RecordedLengths const> lengths;
};

/// The trace in `text`. A text that begins with '{' has one JSON object per line, any other is CSV. The time is the first
/// there is of "arrival_s", "arrived_at" (seconds) and "TIMESTAMP" (date and time "2023-11-16 18:17:03.9799600", optionally
/// with "T" for the space and with "Z" or an offset "+01:00"; differences are taken in whole nanoseconds), in JSON of
/// "timestamp" (milliseconds), "arrival_time" and "arrival_s" (seconds). The tokens are in the columns that the schema's
/// Arrivals.Replay names, from 1 to 10^7 each, or in none. Nothing after located problems (`file` is the name used in
/// places): no such column, no row, a value that is not a time or a count, times that decrease.
std::optional<ArrivalTrace> read_arrival_trace(std::string const& file, std::string_view text, Diagnostics& diagnostics);

/// The trace in a file of at most 1 GiB. Where the file itself cannot be read, the problem stands at `named`.
std::optional<ArrivalTrace> load_arrival_trace(std::filesystem::path const& path, Location const& named,
                                               Diagnostics& diagnostics);

/// Nanoseconds from 1970-01-01 00:00:00 UTC to a date and time as above, between the years 1900 and 2200; digits beyond the
/// ninth decimal are cut. Nothing when `text` is not one.
std::optional<std::int64_t> parse_timestamp(std::string_view text);

}  // namespace coinfer
