#include "sim/base/csv.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <iterator>

namespace coinfer {

namespace {

/// One record as read: fields, their columns, and where it began.
struct Record {
  std::vector<std::string> fields;
  std::vector<int> columns;
  int line = 0;
};

/// Splits a text into records by RFC 4180: quotes around a field, doubled quotes inside, line breaks inside quotes.
class Reader {
 public:
  Reader(std::string const& file, std::string_view text, Diagnostics& diagnostics)
      : file_(file), text_(text), diagnostics_(diagnostics) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = line_start_ = 3;  // what spreadsheets put before UTF-8
  }

  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] bool at_comment() const { return !done() && text_[at_] == '#'; }
  /// Whether any record had a problem.
  [[nodiscard]] bool failed() const { return failed_; }

  void skip_line() {
    at_ = std::min(text_.find('\n', at_), text_.size());
    if (!done()) new_line();
  }
  /// What stands before the next comma.
  [[nodiscard]] std::string_view first_field() const {
    return text_.substr(at_, std::min(text_.find(',', at_), text_.size()) - at_);
  }

  /// Reads one record and its line end; nothing if it has a problem, which is reported, or is an empty line.
  std::optional<Record> next() {
    Record record;
    record.line = line_;
    if (at_line_end()) {
      skip_line();
      return std::nullopt;
    }
    for (;;) {
      record.columns.push_back(column());
      std::string field;
      if (!(text_.substr(at_).starts_with('"') ? read_quoted(field) : read_plain(field))) {
        skip_line();
        return std::nullopt;
      }
      record.fields.push_back(std::move(field));
      if (done() || text_[at_] != ',') break;
      ++at_;
    }
    skip_line();
    return record;
  }

 private:
  [[nodiscard]] int column() const { return static_cast<int>(at_ - line_start_) + 1; }

  /// At the end of the text, at LF or at CRLF.
  [[nodiscard]] bool at_line_end() const { return done() || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n"); }

  void new_line() {
    ++at_;
    ++line_;
    line_start_ = at_;
  }

  bool fail(char const* problem, int line, int column) {
    diagnostics_.add(Location{file_, line, column}, problem);
    failed_ = true;
    return false;
  }

  bool read_plain(std::string& field) {
    while (!at_line_end() && text_[at_] != ',') {
      if (text_[at_] == '"') return fail("a quote stands inside an unquoted field", line_, column());
      field += text_[at_++];
    }
    return true;
  }

  bool read_quoted(std::string& field) {
    int const line = line_;
    int const begin = column();
    for (++at_; !done();) {
      if (text_[at_] == '"') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
        ++at_;
      }
      field += text_[at_];
      if (text_[at_] == '\n') {
        new_line();
      } else {
        ++at_;
      }
    }
    if (done()) return fail("the quote is not closed", line, begin);
    ++at_;
    if (!at_line_end() && text_[at_] != ',') return fail("text follows a closing quote", line_, column());
    return true;
  }

  std::string const& file_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  bool failed_ = false;
};

void check_header(Record const& header, std::string const& file, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    Location const where{file, header.line, header.columns[i]};
    if (header.fields[i].empty()) {
      diagnostics.add(where, "the column has no name");
    } else if (std::find(header.fields.begin(), header.fields.begin() + static_cast<std::ptrdiff_t>(i), header.fields[i]) !=
               header.fields.begin() + static_cast<std::ptrdiff_t>(i)) {
      diagnostics.add(where, "column '" + header.fields[i] + "' stands twice");
    }
  }
}

std::string count(std::size_t n, char const* noun) { return std::to_string(n) + ' ' + noun + (n == 1 ? "" : "s"); }

}  // namespace

CsvTable CsvTable::parse(std::string const& file, std::string_view text, Diagnostics& diagnostics) {
  return parse_wanted(file, text, {}, diagnostics);
}

CsvTable CsvTable::parse_wanted(std::string const& file, std::string_view text, RowFilter const& wanted,
                                Diagnostics& diagnostics) {
  CsvTable table;
  table.file_ = file;
  Reader reader(file, text, diagnostics);
  std::optional<Record> header;
  while (!header && !reader.done()) {
    if (reader.at_comment()) {
      reader.skip_line();
      continue;
    }
    header = reader.next();
    if (reader.failed()) return table;  // a broken header gives no meaning to the rows
  }
  if (!header) {
    diagnostics.add(Location{file, 0, 0}, "the table has no header");
    return table;
  }
  check_header(*header, file, diagnostics);
  table.header_ = std::move(header->fields);
  while (!reader.done()) {
    if (wanted && !wanted(reader.first_field())) {
      reader.skip_line();
      continue;
    }
    std::optional<Record> row = reader.next();
    if (!row) continue;
    if (row->fields.size() != table.header_.size()) {
      diagnostics.add(Location{file, row->line, 1}, "the row has " + count(row->fields.size(), "field"),
                      "the header has " + std::to_string(table.header_.size()));
      continue;
    }
    table.lines_.push_back(row->line);
    std::move(row->fields.begin(), row->fields.end(), std::back_inserter(table.fields_));
    table.field_columns_.insert(table.field_columns_.end(), row->columns.begin(), row->columns.end());
  }
  return table;
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  auto const found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

std::string const& CsvTable::at(std::size_t row, std::size_t column) const {
  assert(row < rows() && column < header_.size());
  return fields_[row * header_.size() + column];
}

Location CsvTable::where(std::size_t row, std::size_t column) const {
  assert(row < rows() && column < header_.size());
  return Location{file_, lines_[row], field_columns_[row * header_.size() + column]};
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  auto const result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace coinfer
