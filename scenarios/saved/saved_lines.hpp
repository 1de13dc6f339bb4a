// The records of a CSV file of a results folder, one at a time and without copies: requests.csv may have millions.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace coinfer {

/// Goes over the records of a table whose first line must name our schema version. Throws InputError where it does not,
/// where the last line has no end (the file is cut off), and where a quote is not closed.
class SavedLines {
 public:
  /// `text` outlives this.
  SavedLines(std::string file, std::string_view text);

  /// Moves to the next record; false after the last.
  bool next();
  /// Valid until the next record.
  [[nodiscard]] std::vector<std::string_view> const& fields() const { return fields_; }
  /// Ends the reading with a problem of one field of the record (or of its line, where it has none).
  [[noreturn]] void refuse(std::size_t field, std::string problem, std::string why = {}) const;

 private:
  std::string_view take_field();

  std::string file_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;       ///< of the record
  int next_line_ = 1;  ///< of `at_`
  std::vector<std::string_view> fields_;
  std::vector<int> columns_;
  std::deque<std::string> unquoted_;  ///< fields of the record that hold doubled quotes
};

}  // namespace coinfer
