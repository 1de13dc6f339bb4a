// Blocks of the KV cache: room, reuse, and who can observe what.
#include "workloads/serving/kv_cache.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

using Hashes = std::vector<std::uint64_t>;

KvCache::Sequence sequence(std::uint64_t serial, std::uint32_t user, Hashes hashes = {}) {
  return {serial, user, std::move(hashes), {}, 0, 0};
}

/// Looks up, takes and fills `tokens` tokens; how many blocks were there.
std::size_t compute(KvCache& cache, KvCache::Sequence& one, std::uint32_t tokens) {
  auto const found = cache.find(one, tokens);
  REQUIRE(cache.admit(one, found, tokens));
  cache.fill(one, tokens);
  return found.blocks.size();
}

}  // namespace

TEST_CASE("KV cache: sequences take whole blocks, grow and free them") {
  KvCache cache(4, 4, {});
  auto one = sequence(0, 0);
  auto two = sequence(1, 0);
  CHECK(compute(cache, one, 5) == 0);
  CHECK(cache.used() == 2);
  CHECK(cache.grow(one, 8));
  CHECK(cache.used() == 2);
  CHECK(cache.grow(one, 9));
  CHECK(cache.used() == 3);
  CHECK_FALSE(cache.admit(two, cache.find(two, 5), 5));
  CHECK(two.held == 0);
  CHECK(compute(cache, two, 4) == 0);
  CHECK_FALSE(cache.grow(two, 5));
  cache.release(one);
  CHECK(cache.used() == 1);
  CHECK(cache.statistics().peak_used == 4);
  CHECK(cache.statistics().blocks_asked == 0);
}

TEST_CASE("KV cache: a prompt that was computed before is found up to its last full block, and never whole") {
  KvCache cache(10, 4, PrefixScope::across_users);
  auto one = sequence(0, 1, {11, 12, 13});
  CHECK(compute(cache, one, 12) == 0);
  auto same = sequence(1, 1, {11, 12, 13});
  CHECK(compute(cache, same, 12) == 2);  // one token is always computed
  auto longer = sequence(2, 2, {11, 12, 99});
  CHECK(compute(cache, longer, 13) == 2);
  CHECK(cache.used() == 3 + 1 + 2);
  CHECK(cache.statistics().blocks_asked == 2 + 2 + 3);
  CHECK(cache.statistics().blocks_hit == 4);
  // The third sequence belongs to another user, who learns that this beginning was asked before.
  CHECK(cache.statistics().blocks_hit_other == 2);
}

TEST_CASE("KV cache: what a user filled is nobody else's in a cache per user") {
  KvCache cache(10, 4, PrefixScope::per_user);
  auto one = sequence(0, 1, {11, 12});
  auto other = sequence(1, 2, {11, 12});
  auto again = sequence(2, 1, {11, 12});
  CHECK(compute(cache, one, 9) == 0);
  CHECK(compute(cache, other, 9) == 0);
  CHECK(compute(cache, again, 9) == 2);
  CHECK(cache.statistics().blocks_hit_other == 0);
}

TEST_CASE("KV cache: the least recently freed content goes first, and of one sequence its end") {
  KvCache cache(4, 4, PrefixScope::across_users);
  auto one = sequence(0, 0, {1, 2});
  auto two = sequence(1, 0, {3, 4});
  compute(cache, one, 8);
  compute(cache, two, 8);
  cache.release(one);
  cache.release(two);
  CHECK(cache.used() == 0);
  auto three = sequence(2, 0, {5});
  compute(cache, three, 4);  // takes the second block of the first sequence
  CHECK(cache.statistics().blocks_evicted == 1);
  CHECK(cache.find(sequence(3, 0, {1, 2}), 9).blocks.size() == 1);
  CHECK(cache.find(sequence(3, 0, {3, 4}), 9).blocks.size() == 2);
  // Blocks that are found are not free twice: two hits and two new ones do not fit into three.
  auto four = sequence(4, 0, {3, 4});
  CHECK_FALSE(cache.has_room(cache.find(four, 16), 16));
  CHECK(cache.has_room(cache.find(four, 12), 12));
}

TEST_CASE("KV cache: hashes of prompt blocks come from ids of any length") {
  auto const fine = block_hashes({7, 8}, 8, 4, 15);
  REQUIRE(fine.size() == 3);  // the fourth block is not full
  CHECK(fine[0] != fine[1]);
  CHECK(block_hashes({7, 9}, 8, 4, 16)[1] == fine[1]);
  CHECK(block_hashes({7, 9}, 8, 4, 16)[2] != fine[2]);
  CHECK(block_hashes({7, 8, 9}, 2, 4, 100).size() == 1);
}

TEST_CASE("KV cache: room that is never used costs no memory") {
  KvCache cache(0xfffffffeU, 1, PrefixScope::per_user);
  auto one = sequence(0, 0);
  auto two = sequence(1, 0);
  CHECK(compute(cache, one, 3) == 0);
  CHECK(compute(cache, two, 1) == 0);
  CHECK(one.blocks == std::vector<std::uint32_t>{0, 1, 2});
  cache.release(one);
  // Blocks that were never taken go before those that were given back, as if all had stood in one list from the start.
  CHECK(cache.grow(two, 3));
  CHECK(two.blocks == std::vector<std::uint32_t>{3, 4, 5});
  CHECK(cache.used() == 3);
}

TEST_CASE("KV cache: where nobody looks for content, blocks are counted and not told apart") {
  KvCache cache(0xfffffffeU, 1, {});
  auto one = sequence(0, 0);
  auto two = sequence(1, 0);
  CHECK(compute(cache, one, 3) == 0);
  CHECK(cache.grow(two, 5));
  CHECK(one.held == 3);
  CHECK(one.blocks.empty());
  CHECK(cache.used() == 8);
  cache.release(one);
  CHECK(one.held == 0);
  CHECK(cache.used() == 5);
  CHECK(cache.free() == 0xfffffffeU - 5);
  CHECK(cache.statistics().peak_used == 8);
}
