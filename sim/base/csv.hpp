// Reading comma-separated tables: header, quoted fields, CRLF or LF, places for errors.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// A table with a header line. Lines that start with '#' before the header are comments. Every row has as many fields as
/// the header, or it is a problem.
class CsvTable {
 public:
  /// Problems go to `diagnostics`; rows that have one are left out.
  static CsvTable parse(std::string const& file, std::string_view text, Diagnostics& diagnostics);

  /// Whether a row is wanted, by its first field as it stands in the text.
  using RowFilter = std::function<bool(std::string_view first_field)>;
  /// The same for the rows that are wanted, in far less time where these are few: of the others nothing is looked at. For
  /// texts in which every row is one line.
  static CsvTable parse_wanted(std::string const& file, std::string_view text, RowFilter const& wanted,
                               Diagnostics& diagnostics);

  [[nodiscard]] std::vector<std::string> const& header() const { return header_; }
  [[nodiscard]] std::size_t rows() const { return lines_.size(); }
  /// Index of a column, or nothing.
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
  [[nodiscard]] std::string const& at(std::size_t row, std::size_t column) const;
  /// Place of a field (column numbers are those of the text).
  [[nodiscard]] Location where(std::size_t row, std::size_t column) const;

 private:
  std::string file_;
  std::vector<std::string> header_;
  std::vector<std::string> fields_;  ///< row-major
  std::vector<int> field_columns_;   ///< text column of each field
  std::vector<int> lines_;           ///< line of each row
};

/// The whole field as a finite number, or nothing. No locale, no leading or trailing space.
std::optional<double> parse_number(std::string_view text);

}  // namespace coinfer
