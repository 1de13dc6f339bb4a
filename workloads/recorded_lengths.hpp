// How many tokens the requests of a recorded trace have.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace coinfer {

/// One entry per row of the trace.
struct RecordedLengths {
  std::vector<std::uint32_t> prompt_tokens;  ///< >= 1
  std::vector<std::uint32_t> output_tokens;  ///< >= 1
  /// Ids of the blocks of `prefix_id_tokens` tokens that the prompts begin with, one row after the other, below 2^40; where
  /// those of each row end. Both empty where the trace names none.
  std::vector<std::uint64_t> prefix_ids;
  std::vector<std::size_t> prefix_ends;
  std::uint32_t prefix_id_tokens = 0;
};

/// The most tokens a prompt or an output may have, and the words that say so.
inline constexpr std::uint32_t most_tokens = 10'000'000;
inline constexpr char const* token_count_range = "it must be a whole number from 1 to 10000000";

/// A recorded number as a count of tokens; nothing where it is none.
inline std::optional<std::uint32_t> token_count(std::optional<double> number) {
  if (!number || !(*number >= 1) || *number > most_tokens || *number != std::floor(*number)) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

}  // namespace coinfer
