// Places in a text: from what protobuf's tokenizer counts to what a user counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// The lines of a text. Keeps views only; the text must outlive it.
class TextPlaces {
 public:
  TextPlaces(std::string file, std::string_view text);

  /// Byte offset of a tokenizer position: line and column from 0, where a tab moves on to the next multiple of 8.
  [[nodiscard]] std::size_t offset(int line, int tokenizer_column) const;
  /// Line and column from 1 of a byte offset; a tab counts as one column, as in an editor's status line.
  [[nodiscard]] Location location(std::size_t offset) const;
  /// Whether nothing follows an offset.
  [[nodiscard]] bool is_end(std::size_t offset) const { return offset >= text_.size(); }
  /// Offset of the last whole word `name` that ends at or before `end`, or `end` where there is none.
  [[nodiscard]] std::size_t name_before(std::string_view name, std::size_t end) const;
  /// The word (letters, digits, '_' and '.') that begins at an offset; may be empty.
  [[nodiscard]] std::string_view word(std::size_t at) const;
  /// Where the values of a field begin, given the extent of the field from its name: the elements of a short list
  /// `name: [a, b]`, or else the one offset `begin`, that of the name.
  [[nodiscard]] std::vector<std::size_t> elements(std::size_t begin, std::size_t end) const;
  /// The names of the fields whose braces are open at an offset, outermost first.
  [[nodiscard]] std::vector<std::string> enclosing(std::size_t offset) const;

 private:
  std::string file_;
  std::string_view text_;
  std::vector<std::size_t> starts_;  ///< offset of each line
};

}  // namespace coinfer
