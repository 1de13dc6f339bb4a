// The text in front of a NumPy array: a literal of a Python dictionary with three keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coinfer {

/// What the header says, not yet judged.
struct NpyHeader {
  std::string descr;  ///< Element type as NumPy writes it: "<f4".
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;  ///< At most 32 dimensions.
};

/// Where a header does not follow the format.
struct NpyHeaderProblem {
  std::size_t at = 0;  ///< Index into the text.
  std::string expected;
};

/// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }` with its three keys in any order, each once, and
/// nothing but white space behind it. Nothing, and `problem`, where the text is another.
std::optional<NpyHeader> parse_npy_header(std::string_view text, NpyHeaderProblem& problem);

}  // namespace coinfer
