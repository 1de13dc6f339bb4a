// The tracks of a trace: processes for devices, the network and the requests; threads for what works there. What overlaps
// on one of them is put on lanes beside each other, because slices of a thread must nest.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/trace/trace_file.hpp"

namespace coinfer {

/// Nanoseconds, so that rounding never makes neighbours overlap.
using TraceTime = std::int64_t;
/// Where their count ends, after 285 years: what comes later stands there.
inline constexpr double last_trace_s = 9e9;
TraceTime trace_time(double time_s);
/// As microseconds: "12.345".
std::string trace_number(TraceTime time);
/// As a JSON string, quotes included.
std::string trace_text(std::string_view text);

class TraceTracks {
 public:
  struct Thread {
    std::uint64_t process = 0;
    std::uint64_t number = 0;
  };
  static constexpr std::uint64_t requests_process = 1;

  explicit TraceTracks(TraceFile& file) : file_(file) {}

  /// The number of a process of that name, which is announced where it is new.
  std::uint64_t process(std::string const& name);
  /// A row of lanes of that name in a process.
  std::uint32_t row(std::uint64_t process, std::string const& name);
  /// The thread of a row for a slice: its first lane that is free from `begin` on. Slices must come by their ends.
  Thread place(std::uint32_t row, TraceTime begin, TraceTime end);
  [[nodiscard]] std::uint64_t process_of(std::uint32_t row) const { return rows_[row].process; }

 private:
  struct Lane {
    TraceTime free_from;
    std::uint64_t number;
  };
  struct Row {
    std::uint64_t process;
    std::string name;
    std::vector<Lane> lanes;
  };

  TraceFile& file_;
  std::map<std::string, std::uint64_t> processes_;
  std::vector<Row> rows_;
  std::uint64_t threads_ = 0;
};

}  // namespace coinfer
