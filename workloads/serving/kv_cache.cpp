#include "workloads/serving/kv_cache.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

namespace {

/// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): spreads neighbouring numbers over all bits.
std::uint64_t spread(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

// Owners of content: users are odd, sequences are even and not 0.
std::uint64_t owner_user(std::uint32_t user) { return 2 * std::uint64_t{user} + 1; }
std::uint64_t owner_sequence(std::uint64_t serial) { return 2 * (serial + 1); }

}  // namespace

std::vector<std::uint64_t> block_hashes(std::vector<std::uint64_t> const& ids, std::uint32_t id_tokens,
                                        std::uint32_t block_tokens, std::uint32_t prompt_tokens) {
  assert(id_tokens > 0 && block_tokens > 0);
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t end = block_tokens; end <= prompt_tokens; end += block_tokens) {
    std::uint64_t const id = (end - 1) / id_tokens;
    if (id >= ids.size()) break;
    hashes.push_back(spread(ids[id] ^ spread(end - id * id_tokens)));
  }
  return hashes;
}

std::size_t KvCache::KeyHash::operator()(Key const& key) const noexcept { return spread(key.hash ^ spread(key.owner)); }

KvCache::KvCache(std::uint32_t blocks, std::uint32_t block_tokens, std::optional<PrefixScope> scope)
    : blocks_(blocks), block_tokens_(block_tokens), scope_(scope), free_(blocks) {
  assert(blocks > 0 && block_tokens > 0);
}

KvCache::Key KvCache::key(Sequence const& sequence, std::uint32_t block) const {
  if (block >= sequence.hashes.size()) return {block, owner_sequence(sequence.serial)};
  return {sequence.hashes[block], scope_ == PrefixScope::per_user ? owner_user(sequence.user) : 0};
}

KvCache::Prefix KvCache::find(Sequence const& sequence, std::uint32_t tokens) const {
  assert(sequence.held == 0 && tokens > 0);
  Prefix found;
  if (!scope_) return found;
  found.asked = (tokens - 1) / block_tokens_;
  for (std::uint32_t block = 0; block < found.asked; ++block) {
    auto const there = content_.find(key(sequence, block));
    if (there == content_.end()) break;
    found.blocks.push_back(there->second);
  }
  return found;
}

bool KvCache::has_room(Prefix const& found, std::uint32_t tokens) const {
  std::uint32_t const needed = blocks_for(tokens);
  auto const taken = static_cast<std::uint32_t>(found.blocks.size());
  if (needed <= taken) return true;
  // Found blocks that nobody references stand in the list of free ones, but are not to be had twice.
  auto const idle = static_cast<std::uint32_t>(
      std::count_if(found.blocks.begin(), found.blocks.end(), [this](auto block) { return pool_[block].references == 0; }));
  return needed - taken <= free_ - idle;
}

bool KvCache::admit(Sequence& sequence, Prefix const& found, std::uint32_t tokens) {
  assert(sequence.held == 0);
  if (!has_room(found, tokens)) return false;
  statistics_.blocks_asked += found.asked;
  statistics_.blocks_hit += found.blocks.size();
  for (std::uint32_t const block : found.blocks) {
    if (pool_[block].user != sequence.user) ++statistics_.blocks_hit_other;
    reference(block);
    sequence.blocks.push_back(block);
  }
  sequence.filled = sequence.held = static_cast<std::uint32_t>(sequence.blocks.size());
  bool const grown = grow(sequence, tokens);
  assert(grown);
  return grown;
}

bool KvCache::grow(Sequence& sequence, std::uint32_t tokens) {
  // Most tokens begin no block: a product is cheaper than a division.
  if (tokens <= std::uint64_t{sequence.held} * block_tokens_) return true;
  std::uint32_t const needed = blocks_for(tokens);
  std::uint32_t const missing = needed - sequence.held;
  if (missing > free_) return false;
  sequence.held = needed;
  for (std::uint32_t i = 0; scope_ && i < missing; ++i) {
    std::uint32_t const block = take_free();
    pool_[block].references = 1;
    pool_[block].user = sequence.user;
    sequence.blocks.push_back(block);
  }
  if (!scope_) free_ -= missing;
  statistics_.peak_used = std::max(statistics_.peak_used, used());
  return true;
}

void KvCache::fill(Sequence& sequence, std::uint32_t tokens) {
  if (!scope_) return;
  std::uint32_t const full = tokens / block_tokens_;
  assert(full <= sequence.held);
  for (std::uint32_t i = sequence.filled; i < full; ++i) {
    Key const content = key(sequence, i);
    if (content_.emplace(content, sequence.blocks[i]).second) pool_[sequence.blocks[i]].key = content;
  }
  sequence.filled = std::max(sequence.filled, full);
}

void KvCache::release(Sequence& sequence) {
  for (auto block = sequence.blocks.rbegin(); block != sequence.blocks.rend(); ++block) {
    assert(pool_[*block].references > 0);
    if (--pool_[*block].references == 0) append_free(*block);
  }
  if (!scope_) free_ += sequence.held;
  sequence.blocks.clear();
  sequence.filled = sequence.held = 0;
}

void KvCache::append_free(std::uint32_t block) {
  pool_[block].previous = last_free_;
  pool_[block].next = none;
  (last_free_ == none ? first_free_ : pool_[last_free_].next) = block;
  last_free_ = block;
  ++free_;
}

void KvCache::remove_free(std::uint32_t block) {
  std::uint32_t const previous = pool_[block].previous;
  std::uint32_t const next = pool_[block].next;
  (previous == none ? first_free_ : pool_[previous].next) = next;
  (next == none ? last_free_ : pool_[next].previous) = previous;
  --free_;
}

std::uint32_t KvCache::take_free() {
  if (pool_.size() < blocks_) {
    pool_.emplace_back();
    --free_;
    return static_cast<std::uint32_t>(pool_.size() - 1);
  }
  assert(first_free_ != none);
  std::uint32_t const block = first_free_;
  remove_free(block);
  if (pool_[block].key) {
    content_.erase(*pool_[block].key);
    pool_[block].key.reset();
    ++statistics_.blocks_evicted;
  }
  return block;
}

void KvCache::reference(std::uint32_t block) {
  if (pool_[block].references++ == 0) remove_free(block);
}

}  // namespace coinfer
