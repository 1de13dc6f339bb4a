#include "sim/base/text_places.hpp"

#include <algorithm>

namespace coinfer {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }

/// Offset behind the quoted string that begins at `at`.
std::size_t behind_string(std::string_view text, std::size_t at) {
  char const quote = text[at];
  for (++at; at < text.size() && text[at] != quote; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

/// Offset of the first character at or after `at` that is neither space nor in a comment.
std::size_t behind_space(std::string_view text, std::size_t at) {
  while (at < text.size() && (is_space(text[at]) || text[at] == '#')) {
    if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else {
      ++at;
    }
  }
  return at;
}

}  // namespace

TextPlaces::TextPlaces(std::string file, std::string_view text) : file_(std::move(file)), text_(text), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts_.push_back(i + 1);
  }
}

std::size_t TextPlaces::offset(int line, int tokenizer_column) const {
  if (line < 0) return 0;
  if (static_cast<std::size_t>(line) >= starts_.size()) return text_.size();
  std::size_t at = starts_[static_cast<std::size_t>(line)];
  for (int column = 0; column < tokenizer_column && at < text_.size() && text_[at] != '\n'; ++at) {
    column = text_[at] == '\t' ? (column / 8 + 1) * 8 : column + 1;
  }
  return at;
}

Location TextPlaces::location(std::size_t offset) const {
  auto const line = std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin();
  return Location{file_, static_cast<int>(line),
                  static_cast<int>(offset - starts_[static_cast<std::size_t>(line - 1)]) + 1};
}

std::size_t TextPlaces::name_before(std::string_view name, std::size_t end) const {
  if (name.empty() || end < name.size()) return end;
  std::size_t at = text_.rfind(name, end - name.size());
  while (at != std::string_view::npos) {
    bool const begins = at == 0 || !is_word(text_[at - 1]);
    bool const ends = at + name.size() >= text_.size() || !is_word(text_[at + name.size()]);
    if (begins && ends) return at;
    if (at == 0) break;
    at = text_.rfind(name, at - 1);
  }
  return end;
}

std::string_view TextPlaces::word(std::size_t at) const {
  std::size_t end = std::min(at, text_.size());
  while (end < text_.size() && is_word(text_[end])) ++end;
  return at < end ? text_.substr(at, end - at) : std::string_view();
}

std::vector<std::size_t> TextPlaces::elements(std::size_t begin, std::size_t end) const {
  std::string_view const text = text_.substr(0, std::min(end, text_.size()));
  std::size_t at = begin;
  while (at < text.size() && is_word(text[at])) ++at;
  at = behind_space(text, at);
  if (at < text.size() && text[at] == ':') at = behind_space(text, at + 1);
  if (at >= text.size() || text[at] != '[') return {begin};
  at = behind_space(text, at + 1);
  std::vector<std::size_t> found;
  if (at < text.size() && text[at] != ']') found.push_back(at);
  for (int depth = 1; at < text.size() && depth > 0;) {
    char const c = text[at];
    if (c == '"' || c == '\'') {
      at = behind_string(text, at);
    } else {
      if (c == '[' || c == '{' || c == '<') ++depth;
      if (c == ']' || c == '}' || c == '>') --depth;
      ++at;
    }
    at = behind_space(text, at);
    if (c == ',' && depth == 1) found.push_back(at);
  }
  return found;
}

std::vector<std::string> TextPlaces::enclosing(std::size_t offset) const {
  std::string_view const text = text_.substr(0, offset);
  std::vector<std::string> open;  // brackets too, so that the elements of a short list know their name
  std::vector<bool> is_brace;
  std::string name;
  for (std::size_t at = behind_space(text, 0); at < text.size(); at = behind_space(text, at)) {
    char const c = text[at];
    if (c == '"' || c == '\'') {
      at = behind_string(text, at);
      continue;
    }
    if (is_word(c)) {
      std::size_t const begin = at;
      while (at < text.size() && is_word(text[at])) ++at;
      name = text.substr(begin, at - begin);
      continue;
    }
    if (c == '{' || c == '<' || c == '[') {
      open.push_back(name);
      is_brace.push_back(c != '[');
    } else if ((c == '}' || c == '>' || c == ']') && !open.empty()) {
      open.pop_back();
      is_brace.pop_back();
    }
    if (c == ',' && !open.empty() && !is_brace.back()) name = open.back();
    ++at;
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (is_brace[i]) names.push_back(open[i]);
  }
  return names;
}

}  // namespace coinfer
