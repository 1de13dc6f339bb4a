#include "privacy/protection.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace coinfer {

namespace {

std::array<std::string, 5> const words = {"clear", "noised", "masked", "transport_encrypted", "sealed"};

}  // namespace

std::string_view to_string(Protection protection) {
  auto const index = static_cast<std::size_t>(protection);
  assert(index < words.size());
  return words[index];
}

std::span<std::string const> protection_words() { return words; }

std::optional<Protection> protection_of(std::string_view word) {
  auto const found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Protection>(found - words.begin());
}

bool is_ciphertext(Protection protection) {
  return protection == Protection::transport_encrypted || protection == Protection::sealed;
}

}  // namespace coinfer
