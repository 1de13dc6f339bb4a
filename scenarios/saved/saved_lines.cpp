#include "scenarios/saved/saved_lines.hpp"

#include "scenarios/report/report.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

SavedLines::SavedLines(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {
  std::string_view constexpr mark = "# schema_version: ";
  std::size_t const end = text_.find('\n');
  std::string_view const first = text_.substr(0, end);
  if (!first.starts_with(mark)) refuse(0, "the first line names no schema_version", "it is no file of a results folder");
  std::string_view const version = first.substr(mark.size());
  if (version != std::to_string(schema_version)) {
    refuse(0, "schema_version " + std::string(version) + " is not known",
           "this program reads " + std::to_string(schema_version));
  }
  at_ = end == std::string_view::npos ? text_.size() : end + 1;
  next_line_ = 2;
}

bool SavedLines::next() {
  fields_.clear();
  columns_.clear();
  unquoted_.clear();
  line_ = next_line_;
  line_start_ = at_;
  if (at_ >= text_.size()) return false;
  for (;;) {
    columns_.push_back(static_cast<int>(at_ - line_start_) + 1);
    fields_.push_back(take_field());
    if (at_ >= text_.size()) refuse(fields_.size() - 1, "the file ends inside a line", "it is cut off");
    if (text_[at_++] == '\n') break;
  }
  ++next_line_;
  return true;
}

/// The field at `at_`, which then stands behind it: at a comma, a line end or the end of the text.
std::string_view SavedLines::take_field() {
  if (at_ >= text_.size() || text_[at_] != '"') {
    std::size_t const begin = at_;
    at_ = std::min(text_.find_first_of(",\n", at_), text_.size());
    return text_.substr(begin, at_ - begin);
  }
  std::string& field = unquoted_.emplace_back();
  for (++at_;; ++at_) {
    if (at_ >= text_.size()) refuse(fields_.size(), "the quote is not closed");
    if (text_[at_] == '"') {
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
      ++at_;
    }
    if (text_[at_] == '\n') ++next_line_;
    field += text_[at_];
  }
  ++at_;
  bool const ends = at_ >= text_.size() || text_[at_] == ',' || text_[at_] == '\n';
  if (!ends) refuse(fields_.size(), "text follows a closing quote");
  return field;
}

void SavedLines::refuse(std::size_t field, std::string problem, std::string why) const {
  Diagnostics diagnostics;
  diagnostics.add({file_, line_, field < columns_.size() ? columns_[field] : 1}, std::move(problem), std::move(why));
  throw InputError(std::move(diagnostics));
}

}  // namespace coinfer
