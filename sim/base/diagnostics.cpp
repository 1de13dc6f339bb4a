#include "sim/base/diagnostics.hpp"

#include <algorithm>
#include <tuple>

namespace coinfer {

std::string to_string(Diagnostic const& diagnostic) {
  std::string text = diagnostic.where.file;
  if (diagnostic.where.line > 0) {
    text += ':' + std::to_string(diagnostic.where.line) + ':' + std::to_string(diagnostic.where.column);
  }
  if (!text.empty()) text += ": ";
  text += diagnostic.problem;
  if (!diagnostic.why.empty()) text += " (" + diagnostic.why + ')';
  if (!diagnostic.suggestion.empty()) text += ' ' + diagnostic.suggestion + '?';
  return text;
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<std::string> files;
  auto file_rank = [&files](Diagnostic const& diagnostic) {
    auto const found = std::find(files.begin(), files.end(), diagnostic.where.file);
    if (found != files.end()) return found - files.begin();
    files.push_back(diagnostic.where.file);
    return static_cast<std::ptrdiff_t>(files.size()) - 1;
  };
  std::vector<std::tuple<std::ptrdiff_t, int, int, std::size_t>> order;
  for (std::size_t i = 0; i < list_.size(); ++i) {
    order.emplace_back(file_rank(list_[i]), list_[i].where.line, list_[i].where.column, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Diagnostic> result;
  std::vector<std::string> seen_here;  // texts at the place of the last result
  auto last = std::make_tuple(std::ptrdiff_t{-1}, -1, -1);
  for (auto const& [rank, line, column, index] : order) {
    if (last != std::make_tuple(rank, line, column)) seen_here.clear();
    last = std::make_tuple(rank, line, column);
    // Two checks may see the same problem; the user reads it once.
    std::string text = to_string(list_[index]);
    if (std::find(seen_here.begin(), seen_here.end(), text) != seen_here.end()) continue;
    seen_here.push_back(std::move(text));
    result.push_back(list_[index]);
  }
  return result;
}

std::string Diagnostics::text() const {
  std::string text;
  for (Diagnostic const& diagnostic : sorted()) {
    if (!text.empty()) text += '\n';
    text += to_string(diagnostic);
  }
  return text;
}

}  // namespace coinfer
