// Whether bytes are text that readers of our files accept.
#pragma once

#include <cstddef>
#include <string_view>

namespace coinfer {

/// Bytes of the well-formed UTF-8 sequence that begins `text`, or 0 (Unicode 15, table 3-7).
std::size_t utf8_sequence_length(std::string_view text);

}  // namespace coinfer
