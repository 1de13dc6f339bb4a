#include "scenarios/report/text_table.hpp"

#include <algorithm>

namespace coinfer {

namespace {

constexpr std::size_t gap = 2;

/// Columns with the same group stand under one title.
struct Group {
  std::size_t begin;
  std::size_t end;
};

std::vector<Group> groups_of(std::vector<TextColumn> const& columns) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    bool const joins = i > 0 && !columns[i].group.empty() && columns[i].group == columns[i - 1].group;
    if (joins) {
      groups.back().end = i + 1;
    } else {
      groups.push_back({i, i + 1});
    }
  }
  return groups;
}

std::string without_blanks_at_end(std::string const& line) { return line.substr(0, line.find_last_not_of(' ') + 1); }

}  // namespace

std::size_t width_of(TextColumn const& column) {
  std::size_t width = column.title.size();
  for (std::string const& cell : column.cells) width = std::max(width, cell.size());
  return width + gap;
}

std::string text_table(std::vector<TextColumn> const& columns, std::vector<std::string> const& tails) {
  std::vector<std::size_t> widths;
  for (TextColumn const& column : columns) widths.push_back(width_of(column));
  std::string titles;
  for (Group const& group : groups_of(columns)) {
    std::string const& title = columns[group.begin].group;
    std::size_t width = 0;
    for (std::size_t i = group.begin; i < group.end; ++i) width += widths[i];
    // A title that is longer than its columns moves them to the right.
    if (title.size() + gap > width) widths[group.begin] += title.size() + gap - width;
    width = std::max(width, title.size() + gap);
    titles += std::string(width - title.size(), ' ') + title;
  }
  auto const cell = [&](std::size_t column, std::string const& text) {
    std::string const blanks(widths[column] - gap - text.size(), ' ');
    return std::string(gap, ' ') + (columns[column].words ? text + blanks : blanks + text);
  };
  std::string out = without_blanks_at_end(titles).empty() ? "" : without_blanks_at_end(titles) + "\n";
  std::string line;
  for (std::size_t c = 0; c < columns.size(); ++c) line += cell(c, columns[c].title);
  out += without_blanks_at_end(line) + "\n";
  std::size_t const rows = columns.empty() ? 0 : columns.front().cells.size();
  for (std::size_t r = 0; r < rows; ++r) {
    line.clear();
    for (std::size_t c = 0; c < columns.size(); ++c) line += cell(c, columns[c].cells[r]);
    line = without_blanks_at_end(line);
    if (r < tails.size() && !tails[r].empty()) line += std::string(gap, ' ') + tails[r];
    out += line + "\n";
  }
  return out;
}

}  // namespace coinfer
