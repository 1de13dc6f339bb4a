// What a simulation remembers of one request.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "privacy/attribution.hpp"

namespace coinfer {

/// How a request ended; every request ends in exactly one way.
enum class Outcome : std::uint8_t { completed, rejected, timed_out, failed, unfinished };
inline constexpr std::size_t outcome_count = 5;

/// "completed", "rejected", ...
std::string_view to_string(Outcome outcome);

struct RequestRecord {
  double arrival_s = 0;
  double start_s = -1;                              ///< when its first task began; negative where none did
  double first_token_s = -1;                        ///< when the data owner had the first token; negative where none came
  double end_s = -1;                                ///< negative for unfinished ones
  std::array<double, part_names.size()> parts_s{};  ///< in the order of `part_names`
  std::uint32_t workload = 0;
  std::uint32_t member = 0;  ///< of the source fleet
  std::uint32_t attempts = 1;
  std::uint32_t prompt_tokens = 0;  ///< 0 for models without tokens
  std::uint32_t output_tokens = 0;
  Outcome outcome = Outcome::unfinished;
  bool warm_up = false;  ///< left out of the statistics
};

}  // namespace coinfer
