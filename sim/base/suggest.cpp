#include "sim/base/suggest.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace coinfer {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Damerau-Levenshtein distance in its optimal string alignment form: insert, delete, replace, swap neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      bool const same = lower(a[i - 1]) == lower(b[j - 1]);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

std::size_t common_beginning(std::string_view a, std::string_view b) {
  std::size_t same = 0;
  while (same < std::min(a.size(), b.size()) && lower(a[same]) == lower(b[same])) ++same;
  return same;
}

/// The shortest candidate of which the word is a part, for a word long enough to mean something: "h100" in "h100_pcie_80".
std::string containing(std::string_view word, std::span<std::string const> candidates) {
  constexpr std::size_t shortest_part = 3;
  if (word.size() < shortest_part) return {};
  std::string const* best = nullptr;
  for (std::string const& candidate : candidates) {
    auto const found = std::search(candidate.begin(), candidate.end(), word.begin(), word.end(),
                                   [](char a, char b) { return lower(a) == lower(b); });
    if (found == candidate.end()) continue;
    if (best == nullptr || candidate.size() < best->size()) best = &candidate;
  }
  return best == nullptr ? std::string() : *best;
}

}  // namespace

std::string nearest(std::string_view word, std::span<std::string const> candidates) {
  // A word this long is no typing error, and the distance takes time and memory that grow with it.
  constexpr std::size_t longest_word = 200;
  if (word.size() > longest_word) return {};
  std::string const* best = nullptr;
  std::size_t best_distance = 0;
  std::size_t best_beginning = 0;  // of two that are equally near, the one that begins alike is meant
  for (std::string const& candidate : candidates) {
    if (candidate.size() > longest_word) continue;
    std::size_t const allowed = std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3);
    std::size_t const d = distance(word, candidate);
    std::size_t const beginning = common_beginning(word, candidate);
    if (d > allowed) continue;
    if (best == nullptr || d < best_distance || (d == best_distance && beginning > best_beginning)) {
      best = &candidate;
      best_distance = d;
      best_beginning = beginning;
    }
  }
  return best == nullptr ? containing(word, candidates) : *best;
}

std::string did_you_mean(std::string_view word, std::span<std::string const> candidates) {
  std::string const candidate = nearest(word, candidates);
  return candidate.empty() ? std::string() : "did you mean '" + candidate + "'";
}

}  // namespace coinfer
