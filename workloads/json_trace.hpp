// Reading recorded arrivals from one JSON object per line.
#pragma once

#include "workloads/arrival_trace.hpp"

namespace coinfer {

/// As `read_arrival_trace`, for a text of JSON lines: the Mooncake traces (kvcache-ai/Mooncake, FAST'25: milliseconds,
/// blocks of 512 tokens) and records of measured runs.
std::optional<ArrivalTrace> read_json_trace(std::string const& file, std::string_view text, Diagnostics& diagnostics);

}  // namespace coinfer
