#include "scenarios/run/run_record.hpp"

#include <cassert>
#include <cstring>
#include <type_traits>

namespace coinfer {

namespace {

template <class Value>
void put(std::string& out, Value const& value) {
  static_assert(std::is_trivially_copyable_v<Value>);
  out.append(reinterpret_cast<char const*>(&value), sizeof value);
}

template <class Value>
void put(std::string& out, std::vector<Value> const& values) {
  put(out, static_cast<std::uint64_t>(values.size()));
  out.append(reinterpret_cast<char const*>(values.data()), values.size() * sizeof(Value));
}

class Reader {
 public:
  explicit Reader(std::string const& bytes) : bytes_(bytes) {}
  template <class Value>
  void get(Value& value) {
    take(&value, sizeof value);
  }
  template <class Value>
  void get(std::vector<Value>& values) {
    std::uint64_t size = 0;
    get(size);
    values.resize(size);
    take(values.data(), size * sizeof(Value));
  }
  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

 private:
  void take(void* to, std::size_t size) {
    assert(at_ + size <= bytes_.size());
    if (size > 0) std::memcpy(to, bytes_.data() + at_, size);
    at_ += size;
  }
  std::string const& bytes_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view to_string(Outcome outcome) {
  constexpr std::array<std::string_view, outcome_count> words = {"completed", "rejected", "timed_out", "failed",
                                                                 "unfinished"};
  return words[static_cast<std::size_t>(outcome)];
}

std::string pack(RunRecord const& record) {
  std::string out;
  RequestLog::Parts const requests = record.requests.parts();
  put(out, requests.size);
  put(out, requests.in_file);
  put(out, requests.in_memory);
  put(out, record.processors);
  put(out, record.enclaves);
  put(out, record.pipes);
  put(out, record.servers);
  put(out, static_cast<std::uint64_t>(record.task_starts.size()));
  for (auto const& phases : record.task_starts) {
    put(out, static_cast<std::uint64_t>(phases.size()));
    for (auto const& starts : phases) put(out, starts);
  }
  put(out, static_cast<std::uint64_t>(record.shown.size()));
  for (ShownCounts const& shown : record.shown) {
    put(out, static_cast<std::uint64_t>(shown.counts.size()));
    for (auto const& counts : shown.counts) put(out, counts);
    put(out, shown.unstarted);
  }
  put(out, static_cast<std::uint64_t>(record.ledgers.size()));
  for (LedgerRecord const& ledger : record.ledgers) {
    put(out, ledger.members);
    put(out, ledger.draws);
  }
  put(out, record.exhaustions);
  put(out, record.sample_dates_s);
  put(out, record.samples);
  put(out, record.end_s);
  put(out, record.last_arrival_s);
  put(out, record.events);
  put(out, record.simgrid_flows);
  return out;
}

RunRecord unpack(std::string const& bytes, std::shared_ptr<SpillFile> const& file) {
  RunRecord record;
  Reader reader(bytes);
  RequestLog::Parts requests;
  reader.get(requests.size);
  reader.get(requests.in_file);
  reader.get(requests.in_memory);
  record.requests = RequestLog(std::move(requests), file);
  reader.get(record.processors);
  reader.get(record.enclaves);
  reader.get(record.pipes);
  reader.get(record.servers);
  std::uint64_t workloads = 0;
  reader.get(workloads);
  record.task_starts.resize(workloads);
  for (auto& phases : record.task_starts) {
    std::uint64_t count = 0;
    reader.get(count);
    phases.resize(count);
    for (auto& starts : phases) reader.get(starts);
  }
  reader.get(workloads);
  record.shown.resize(workloads);
  for (ShownCounts& shown : record.shown) {
    std::uint64_t phases = 0;
    reader.get(phases);
    shown.counts.resize(phases);
    for (auto& counts : shown.counts) reader.get(counts);
    reader.get(shown.unstarted);
  }
  reader.get(workloads);
  record.ledgers.resize(workloads);
  for (LedgerRecord& ledger : record.ledgers) {
    reader.get(ledger.members);
    reader.get(ledger.draws);
  }
  reader.get(record.exhaustions);
  reader.get(record.sample_dates_s);
  reader.get(record.samples);
  reader.get(record.end_s);
  reader.get(record.last_arrival_s);
  reader.get(record.events);
  reader.get(record.simgrid_flows);
  assert(reader.at_end());
  return record;
}

}  // namespace coinfer
