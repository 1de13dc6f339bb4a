// Something small for each request in flight.
#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <vector>

namespace coinfer {

/// Values by the number of a request, in chunks that are freed once every request in them has left. Numbers come in
/// ascending order; some may be left out.
template <class Value>
class InFlight {
 public:
  /// The request has come; returns its place.
  Value& add(std::uint64_t id, Value value) {
    std::size_t const index = id / chunk_size;
    while (chunks_.size() <= index) next_chunk();
    ++chunks_[index].held;
    return chunks_[index].values[id % chunk_size] = value;
  }
  [[nodiscard]] Value& operator[](std::uint64_t id) {
    assert(chunks_[id / chunk_size].values != nullptr);
    return chunks_[id / chunk_size].values[id % chunk_size];
  }
  [[nodiscard]] Value const& operator[](std::uint64_t id) const {
    assert(chunks_[id / chunk_size].values != nullptr);
    return chunks_[id / chunk_size].values[id % chunk_size];
  }
  /// The request has left.
  void remove(std::uint64_t id) {
    Chunk& chunk = chunks_[id / chunk_size];
    if (--chunk.held == 0 && &chunk != &chunks_.back()) spare_ = std::move(chunk.values);
  }

 private:
  static constexpr std::size_t chunk_size = 4096;
  struct Chunk {
    std::unique_ptr<Value[]> values;
    std::uint32_t held = 0;
  };

  void next_chunk() {
    // Whoever was in the last one may all have left before it was full.
    if (!chunks_.empty() && chunks_.back().held == 0) spare_ = std::move(chunks_.back().values);
    Chunk& chunk = chunks_.emplace_back();
    chunk.values = spare_ != nullptr ? std::move(spare_) : std::make_unique<Value[]>(chunk_size);
  }

  std::vector<Chunk> chunks_;
  std::unique_ptr<Value[]> spare_;  ///< of the chunk that was freed last
};

}  // namespace coinfer
