// Which number a set of links has: a hash table whose chains run through a table by number, so that a set that comes and
// goes allocates nothing. Nothing ever walks through it, so the order of its chains reaches no result.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/kernel/task_run.hpp"

namespace coinfer {

class LinkSetIndex {
 public:
  using Links = std::span<std::uint32_t const>;

  /// The number of `links` (sorted), or `nothing`; `links_of(number)` gives the links of a number.
  template <class LinksOf>
  [[nodiscard]] std::uint32_t find(Links links, LinksOf links_of) const {
    if (heads_.empty()) return nothing;
    std::uint32_t number = heads_[bucket(links)];
    while (number != nothing && !std::ranges::equal(Links(links_of(number)), links)) number = next_[number];
    return number;
  }
  /// Enters a set that is not there yet under a number that is free.
  template <class LinksOf>
  void insert(std::uint32_t number, Links links, LinksOf links_of) {
    if (next_.size() <= number) next_.resize(number + 1, nothing);
    if (++count_ > heads_.size()) grow(links_of);
    chain(number, links);
  }
  void erase(std::uint32_t number, Links links) {
    std::uint32_t* at = &heads_[bucket(links)];
    while (*at != number) at = &next_[*at];
    *at = next_[number];
    --count_;
  }

 private:
  [[nodiscard]] std::size_t bucket(Links links) const {
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, on words
    for (std::uint32_t link : links) hash = (hash ^ link) * 0x100000001b3U;
    return static_cast<std::size_t>((hash ^ (hash >> 32)) & (heads_.size() - 1));
  }
  void chain(std::uint32_t number, Links links) {
    std::uint32_t& head = heads_[bucket(links)];
    next_[number] = head;
    head = number;
  }
  template <class LinksOf>
  void grow(LinksOf links_of) {
    std::vector<std::uint32_t> const old = heads_;
    heads_.assign(std::max<std::size_t>(16, 2 * old.size()), nothing);
    for (std::uint32_t number : old) {
      while (number != nothing) {
        std::uint32_t const next = next_[number];
        chain(number, Links(links_of(number)));
        number = next;
      }
    }
  }

  std::vector<std::uint32_t> heads_;  ///< a power of two of them
  std::vector<std::uint32_t> next_;   ///< by number
  std::size_t count_ = 0;
};

}  // namespace coinfer
