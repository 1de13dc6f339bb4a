#include "scenarios/run/request_log.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

namespace coinfer {

namespace {

static_assert(std::is_trivially_copyable_v<RequestRecord>);
constexpr std::size_t chunk_bytes = RequestLog::chunk_size * sizeof(RequestRecord);

}  // namespace

RequestLog::RequestLog(std::vector<RequestRecord> const& records) {
  for (RequestRecord const& record : records) append(record);
}

RequestLog::RequestLog(Parts parts, std::shared_ptr<SpillFile> file) : size_(parts.size), file_(std::move(file)) {
  auto from = parts.in_memory.begin();
  for (std::size_t index = 0; index < parts.in_file.size(); ++index) {
    Chunk& chunk = chunks_.emplace_back();
    if (parts.in_file[index] != 0) continue;
    auto const here = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(chunk_size, size_ - index * chunk_size));
    chunk.records = std::make_unique<RequestRecord[]>(chunk_size);
    std::copy(from, from + here, chunk.records.get());
    from += here;
  }
}

void RequestLog::add_chunk() {
  Chunk& chunk = chunks_.emplace_back();
  if (spare_.empty()) {
    chunk.records = std::make_unique<RequestRecord[]>(chunk_size);
    return;
  }
  chunk.records = std::move(spare_.back());
  spare_.pop_back();
}

RequestRecord& RequestLog::append(RequestRecord const& record) {
  if (size_ == chunks_.size() * chunk_size) add_chunk();
  ++chunks_.back().open;
  RequestRecord& place = chunks_.back().records[size_++ % chunk_size];
  place = record;
  return place;
}

void RequestLog::close(std::uint64_t id) {
  std::size_t const index = id / chunk_size;
  assert(chunks_[index].open > 0);
  // The last chunk, where it is not full, grows on; it is closed with its last request.
  if (--chunks_[index].open > 0 || size_ < (index + 1) * chunk_size) return;
  closed_.push_back(index);
  if (closed_.size() > kept) spill();
}

void RequestLog::spill() {
  if (file_ == nullptr) file_ = std::make_shared<SpillFile>();
  for (std::size_t const index : closed_) {
    file_->write(chunks_[index].records.get(), chunk_bytes, index * std::uint64_t{chunk_bytes});
    spare_.push_back(std::move(chunks_[index].records));
  }
  closed_.clear();
}

RequestRecord const* RequestLog::chunk(std::uint64_t index, std::vector<RequestRecord>& buffer) const {
  if (chunks_[index].records != nullptr) return chunks_[index].records.get();
  buffer.resize(chunk_size);
  file_->read(buffer.data(), chunk_bytes, index * chunk_bytes);
  return buffer.data();
}

RequestRecord RequestLog::at(std::uint64_t id) const {
  if (id >= size_) throw std::out_of_range("no such request");
  if (chunks_[id / chunk_size].records != nullptr) return in_memory(id);
  RequestRecord record;
  file_->read(&record, sizeof record, id * sizeof record);
  return record;
}

std::size_t RequestLog::chunks_in_memory() const {
  return static_cast<std::size_t>(
      std::count_if(chunks_.begin(), chunks_.end(), [](Chunk const& chunk) { return chunk.records != nullptr; }));
}

RequestLog::Parts RequestLog::parts() const {
  Parts parts{size_, {}, {}};
  for (std::size_t index = 0; index < chunks_.size(); ++index) {
    RequestRecord const* const records = chunks_[index].records.get();
    parts.in_file.push_back(records == nullptr ? 1 : 0);
    if (records == nullptr) continue;
    auto const here = std::min<std::uint64_t>(chunk_size, size_ - index * chunk_size);
    parts.in_memory.insert(parts.in_memory.end(), records, records + here);
  }
  return parts;
}

}  // namespace coinfer
