// The records of all requests of a run: those in flight in memory, the others in a temporary file once they are many.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <vector>

#include "scenarios/run/request_record.hpp"
#include "scenarios/run/spill_file.hpp"

namespace coinfer {

/// Records in order of arrival, in chunks. A chunk in which every request has ended leaves memory once more than `kept` of
/// them wait there; a run of fewer than `kept * chunk_size` requests writes no file. A request in flight holds its whole
/// chunk. Reading all records in order takes the memory of one chunk.
class RequestLog {
 public:
  static constexpr std::size_t chunk_size = 4096;
  static constexpr std::size_t kept = 16;

  /// What crosses from one process to another that shares the file.
  struct Parts {
    std::uint64_t size = 0;
    std::vector<std::uint8_t> in_file;     ///< by chunk
    std::vector<RequestRecord> in_memory;  ///< of all other chunks
  };

  /// Reads in order. What it refers to lives until it moves on.
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = RequestRecord;
    using difference_type = std::ptrdiff_t;
    using pointer = RequestRecord const*;
    using reference = RequestRecord const&;

    Iterator(RequestLog const& log, std::uint64_t at) : log_(&log), at_(at) {}
    reference operator*() {
      if (at_ % chunk_size == 0 || chunk_ == nullptr) chunk_ = log_->chunk(at_ / chunk_size, buffer_);
      return chunk_[at_ % chunk_size];
    }
    pointer operator->() { return &**this; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(Iterator const& other) const { return at_ == other.at_; }

   private:
    RequestLog const* log_;
    std::uint64_t at_;
    RequestRecord const* chunk_ = nullptr;
    std::vector<RequestRecord> buffer_;
  };

  /// Without a file it creates one when it first needs it.
  RequestLog() = default;
  explicit RequestLog(std::shared_ptr<SpillFile> file) : file_(std::move(file)) {}
  /// Of requests that have all ended, or will not.
  explicit RequestLog(std::vector<RequestRecord> const& records);
  RequestLog(Parts parts, std::shared_ptr<SpillFile> file);

  /// The record of the request that has come. It stays in memory until `close`.
  RequestRecord& append(RequestRecord const& record);
  /// The record of a request will not change any more. Throws OutputError where the file cannot be written.
  void close(std::uint64_t id);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// The record of a request in flight, or of any in a log of fewer than `kept * chunk_size`.
  [[nodiscard]] RequestRecord& operator[](std::uint64_t id) { return in_memory(id); }
  [[nodiscard]] RequestRecord const& operator[](std::uint64_t id) const { return in_memory(id); }
  /// The record of any request; one at a time, slowly. Throws std::out_of_range.
  [[nodiscard]] RequestRecord at(std::uint64_t id) const;
  [[nodiscard]] RequestRecord front() const { return at(0); }

  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size_}; }
  /// Calls `take(id, record)` with those that are in memory, in order; the requests in flight are among them.
  template <class Take>
  void for_each_in_memory(Take const& take) {
    for (std::uint64_t id = 0; id < size_; ++id) {
      if (chunks_[id / chunk_size].records != nullptr) {
        take(id, in_memory(id));
      } else {
        id += chunk_size - 1;  // a chunk in the file is full
      }
    }
  }
  [[nodiscard]] std::size_t chunks_in_memory() const;

  [[nodiscard]] Parts parts() const;

 private:
  struct Chunk {
    std::unique_ptr<RequestRecord[]> records;  ///< null: in the file
    std::uint32_t open = 0;
  };

  [[nodiscard]] RequestRecord& in_memory(std::uint64_t id) const {
    assert(id < size_ && chunks_[id / chunk_size].records != nullptr);
    return chunks_[id / chunk_size].records[id % chunk_size];
  }
  [[nodiscard]] RequestRecord const* chunk(std::uint64_t index, std::vector<RequestRecord>& buffer) const;
  void add_chunk();
  void spill();

  std::vector<Chunk> chunks_;
  std::vector<std::size_t> closed_;  ///< chunks in memory that may leave it
  std::vector<std::unique_ptr<RequestRecord[]>> spare_;
  std::uint64_t size_ = 0;
  std::shared_ptr<SpillFile> file_;
};

}  // namespace coinfer
