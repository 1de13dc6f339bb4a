// Aligned columns of a table for people, with titles over groups of columns.
#pragma once

#include <string>
#include <vector>

namespace coinfer {

/// One column: a title of two lines and a cell for each row.
struct TextColumn {
  std::string group;  ///< Stands over this column and those after it with the same group; empty: nothing.
  std::string title;
  std::vector<std::string> cells;
  bool words = false;  ///< Words go to the left, numbers to the right.
};

/// The rows of some columns, two blanks between them, no blank at a line's end. The line of groups is left out where no
/// column has one. `tails` (empty, or one for each row) is put after a row's last cell.
std::string text_table(std::vector<TextColumn> const& columns, std::vector<std::string> const& tails = {});

/// The width of the column in characters, with the two blanks before it.
std::size_t width_of(TextColumn const& column);

}  // namespace coinfer
