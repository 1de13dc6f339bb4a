// How large one request of a token model is.
#pragma once

#include <cstdint>
#include <vector>

namespace coinfer {

struct RequestShape {
  std::uint32_t prompt_tokens = 0;  ///< 0 for models without tokens
  std::uint32_t output_tokens = 0;  ///< 0: nothing is generated (an encoder)
  /// Ids of the beginning of the prompt that other prompts may share: each stands for `prefix_id_tokens` tokens and all
  /// before them. Empty: nothing is shared.
  std::vector<std::uint64_t> prefix_ids;
  std::uint32_t prefix_id_tokens = 0;
};

}  // namespace coinfer
