#include "sim/base/random.hpp"

#include <bit>
#include <cassert>

namespace coinfer {

namespace {

/// One step of splitmix64 (Steele, Lea and Flood, OOPSLA 2014).
std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// FNV-1a, 64 bits: the same on every machine, which std::hash is not.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325;
  for (char const c : text) {
    value ^= static_cast<unsigned char>(c);
    value *= 0x100000001b3;
  }
  return value;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  // Each part of the key is mixed before the next comes in, so that no two keys cancel by exclusive or.
  std::uint64_t key = seed;
  key = split_mix(key) ^ hash(purpose);
  key = split_mix(key) ^ index;
  for (std::uint64_t& word : state_) word = split_mix(key);
}

std::uint64_t RandomStream::bits() {
  std::uint64_t const result = std::rotl(state_[1] * 5, 7) * 9;
  std::uint64_t const t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double RandomStream::uniform() { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52; }

// Lemire, "Fast random integer generation in an interval", ACM TOMACS 2019: the high word of a product, rejecting the few
// low words that would favour some results.
std::uint64_t RandomStream::below(std::uint64_t n) {
  assert(n >= 1);
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(bits()) * n;
  auto low = static_cast<std::uint64_t>(product);
  if (low < n) {
    std::uint64_t const threshold = (0 - n) % n;
    while (low < threshold) {
      product = static_cast<Wide>(bits()) * n;
      low = static_cast<std::uint64_t>(product);
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace coinfer
