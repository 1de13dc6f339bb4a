#include "privacy/knowledge.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace coinfer {

namespace {

std::array<std::string, 3> const words = {"white_box", "black_box", "query_free"};

}  // namespace

std::string_view to_string(Knowledge knowledge) {
  auto const index = static_cast<std::size_t>(knowledge);
  assert(index < words.size());
  return words[index];
}

std::span<std::string const> knowledge_words() { return words; }

std::optional<Knowledge> knowledge_of(std::string_view word) {
  auto const found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Knowledge>(found - words.begin());
}

bool suffices(Knowledge has, Knowledge needs) { return has <= needs; }

}  // namespace coinfer
