// The KV cache of one replica in blocks of tokens, with reuse of equal beginnings of prompts.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "workloads/serving/server_config.hpp"

namespace coinfer {

/// Hashes of the full blocks of a prompt, from ids that each stand for `id_tokens` tokens and all before them (as in the
/// Mooncake traces): block k of an id that covers several is a mix of that id and k. Where an id covers less than a block,
/// the block takes its last one. Only blocks that end within the first `prompt_tokens` are named.
std::vector<std::uint64_t> block_hashes(std::vector<std::uint64_t> const& ids, std::uint32_t id_tokens,
                                        std::uint32_t block_tokens, std::uint32_t prompt_tokens);

/// What the cache was asked for and what it had.
struct KvCacheStatistics {
  std::uint64_t blocks_asked = 0;      ///< full blocks of sequences looked up at their admission
  std::uint64_t blocks_hit = 0;        ///< of which the content was there
  std::uint64_t blocks_hit_other = 0;  ///< of which another user had filled: what that user's secret is worth to this one
  std::uint64_t blocks_evicted = 0;    ///< blocks whose content was given up for another
  std::uint32_t peak_used = 0;         ///< most blocks referenced at one time
};

/// Blocks are full or being filled; only full ones can be shared. A block that no sequence references keeps its content
/// until it is the least recently freed one and another is needed; a sequence frees its last block first, so that
/// beginnings live longest (the semantics of vLLM's V1 KV cache manager and block pool, vllm/v1/core/block_pool.py).
/// Deterministic: the order of equal things is that of the calls.
class KvCache {
 public:
  /// What a sequence is to the cache.
  struct Sequence {
    std::uint64_t serial = 0;  ///< given to no other sequence of this cache, ever; its own blocks are found by it
    std::uint32_t user = 0;
    std::vector<std::uint64_t> hashes;  ///< of its first full blocks; later ones are its own
    std::vector<std::uint32_t> blocks;  ///< held, in order; not told apart, hence empty, where nobody looks for content
    std::uint32_t filled = 0;           ///< leading blocks that are full, likewise
    std::uint32_t held = 0;             ///< how many
  };
  /// What a look-up found.
  struct Prefix {
    std::vector<std::uint32_t> blocks;  ///< leading full blocks whose content is there
    std::uint32_t asked = 0;            ///< full blocks that could have been
  };

  KvCache(std::uint32_t blocks, std::uint32_t block_tokens, std::optional<PrefixScope> scope);

  /// Leading full blocks of `sequence` (which holds none) that are there, of the first `tokens` - 1 tokens: one is always
  /// left to compute. Nothing without prefix caching.
  [[nodiscard]] Prefix find(Sequence const& sequence, std::uint32_t tokens) const;
  /// Takes what was found and as many free blocks as `tokens` tokens need beyond it, or nothing and returns false. Counts
  /// the look-up when it succeeds.
  bool admit(Sequence& sequence, Prefix const& found, std::uint32_t tokens);
  /// Makes room for `tokens` tokens in all, or returns false.
  bool grow(Sequence& sequence, std::uint32_t tokens);
  /// The first `tokens` tokens of the sequence are being computed: its full blocks become findable.
  void fill(Sequence& sequence, std::uint32_t tokens);
  /// Frees all blocks of the sequence.
  void release(Sequence& sequence);

  [[nodiscard]] std::uint32_t block_tokens() const { return block_tokens_; }
  [[nodiscard]] std::uint32_t blocks() const { return blocks_; }
  /// Blocks that some sequence references.
  [[nodiscard]] std::uint32_t used() const { return blocks() - free_; }
  /// Blocks that none references.
  [[nodiscard]] std::uint32_t free() const { return free_; }
  /// Whether sequences may find each other's blocks.
  [[nodiscard]] bool shares() const { return scope_.has_value(); }
  /// Blocks that `tokens` tokens need.
  [[nodiscard]] std::uint32_t blocks_for(std::uint64_t tokens) const {
    return static_cast<std::uint32_t>((tokens + block_tokens_ - 1) / block_tokens_);
  }
  /// Whether `found` and what `tokens` tokens need beyond it could be taken now.
  [[nodiscard]] bool has_room(Prefix const& found, std::uint32_t tokens) const;
  [[nodiscard]] KvCacheStatistics const& statistics() const { return statistics_; }

 private:
  /// What a full block holds: equal keys are equal content.
  struct Key {
    std::uint64_t hash = 0;
    std::uint64_t owner = 0;  ///< 0: anybody's; otherwise the user or the sequence that alone may find it
    friend bool operator==(Key const&, Key const&) = default;
  };
  struct KeyHash {
    std::size_t operator()(Key const& key) const noexcept;
  };
  struct Block {
    std::uint32_t references = 0;
    std::uint32_t previous = none;  ///< in the list of free blocks, least recently freed first
    std::uint32_t next = none;
    std::uint32_t user = 0;  ///< who filled it
    std::optional<Key> key;  ///< given while its content can be found
  };
  static constexpr std::uint32_t none = 0xffffffffU;

  [[nodiscard]] Key key(Sequence const& sequence, std::uint32_t block) const;
  void append_free(std::uint32_t block);
  void remove_free(std::uint32_t block);
  std::uint32_t take_free();
  void reference(std::uint32_t block);

  std::uint32_t blocks_;
  std::uint32_t block_tokens_;
  std::optional<PrefixScope> scope_;
  std::vector<Block> pool_;  ///< those that were ever taken: a machine of unknown memory has room for far more than it uses
  std::uint32_t first_free_ = none;
  std::uint32_t last_free_ = none;
  std::uint32_t free_;  ///< in the list, and those that were never taken, which go first
  std::unordered_map<Key, std::uint32_t, KeyHash> content_;  ///< looked up only, never walked
  KvCacheStatistics statistics_;
};

}  // namespace coinfer
