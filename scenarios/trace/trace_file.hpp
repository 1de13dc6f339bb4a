// A trace in the making: the JSON Object Format of Chrome's trace events, which ui.perfetto.dev and chrome://tracing open.
// ("Trace Event Format", Google, 2016.) Streamed, bounded, and valid whatever ends the run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace coinfer {

/// Events go to a file without a name (a hidden one where there is no such thing), which appears under its own by
/// `publish`; without that nothing is left. The simulation may append in a forked process: what it flushed is there,
/// however it ends.
class TraceFile {
 public:
  /// `limit_bytes`: of the events; what is held back for those in flight (`reserve`) counts. Throws OutputError.
  TraceFile(std::filesystem::path destination, std::uint64_t limit_bytes);
  ~TraceFile();
  TraceFile(TraceFile const&) = delete;
  TraceFile& operator=(TraceFile const&) = delete;

  /// Appends one event: a JSON object of one line.
  void append(std::string_view event);
  /// Bytes that events to come will need even past the limit.
  void reserve(std::int64_t bytes) { reserved_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(reserved_) + bytes); }
  /// Whether there is no room any more.
  [[nodiscard]] bool full() const { return written_ + reserved_ >= limit_; }
  /// Remembers, for whoever publishes, since when tasks are left out.
  void cut_at(double time_s);
  [[nodiscard]] std::optional<double> cut_s() const;
  /// Brings everything to the file.
  void flush();

  /// Ends the JSON and gives it its name. `ended_early` says why the run did not come to its end; empty where it did.
  /// Throws OutputError.
  void publish(std::string_view ended_early);

 private:
  struct Shared;
  [[noreturn]] void fail() const;
  void repair() const;

  std::filesystem::path destination_;
  std::filesystem::path partial_;
  int descriptor_ = -1;
  bool named_ = false;  ///< the file has its hidden name already
  Shared* shared_;      ///< with the process that simulates
  std::uint64_t limit_;
  std::uint64_t written_ = 0;
  std::uint64_t reserved_ = 0;
  std::string buffer_;
};

}  // namespace coinfer
