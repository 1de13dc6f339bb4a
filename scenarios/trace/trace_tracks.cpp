#include "scenarios/trace/trace_tracks.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace coinfer {

TraceTime trace_time(double time_s) {
  double constexpr ns_per_s = 1e9;
  return std::llround(std::min(time_s, last_trace_s) * ns_per_s);
}

std::string trace_number(TraceTime time) {
  TraceTime constexpr ns_per_us = 1000;
  std::string fraction = std::to_string(time % ns_per_us);
  return std::to_string(time / ns_per_us) + "." + std::string(3 - fraction.size(), '0') + fraction;
}

std::string trace_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::uint64_t TraceTracks::process(std::string const& name) {
  auto const [entry, added] = processes_.try_emplace(name, requests_process + 1 + processes_.size());
  if (added) {
    file_.append(R"({"ph":"M","pid":)" + std::to_string(entry->second) +
                 R"(,"tid":0,"name":"process_name","args":{"name":)" + trace_text(name) + "}}");
  }
  return entry->second;
}

std::uint32_t TraceTracks::row(std::uint64_t process, std::string const& name) {
  rows_.push_back({process, name, {}});
  return static_cast<std::uint32_t>(rows_.size() - 1);
}

TraceTracks::Thread TraceTracks::place(std::uint32_t index, TraceTime begin, TraceTime end) {
  Row& row = rows_[index];
  auto lane = std::find_if(row.lanes.begin(), row.lanes.end(), [&](Lane const& of) { return of.free_from <= begin; });
  if (lane == row.lanes.end()) {
    row.lanes.push_back({0, ++threads_});
    lane = row.lanes.end() - 1;
    std::string const name = row.lanes.size() == 1 ? row.name : row.name + " #" + std::to_string(row.lanes.size());
    file_.append(R"({"ph":"M","pid":)" + std::to_string(row.process) + R"(,"tid":)" + std::to_string(lane->number) +
                 R"(,"name":"thread_name","args":{"name":)" + trace_text(name) + "}}");
  }
  lane->free_from = end;
  return {row.process, lane->number};
}

}  // namespace coinfer
