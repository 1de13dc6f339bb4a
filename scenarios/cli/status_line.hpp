// The line on stderr that says how far a command is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace coinfer {

/// On a terminal a bar that rewrites its line, at most five times a second, and goes away at the end; elsewhere a line at
/// most every ten seconds; nothing where it is quiet.
class StatusLine {
 public:
  explicit StatusLine(bool quiet);
  ~StatusLine();
  StatusLine(StatusLine const&) = delete;
  StatusLine& operator=(StatusLine const&) = delete;

  /// Whether a line would be shown now: making its text can be spared where not.
  [[nodiscard]] bool due() const;
  /// Shows the text behind a bar of `done` of `total`; without a total there is no bar.
  void show(std::uint64_t done, std::uint64_t total, std::string const& text);

 private:
  bool quiet_;
  bool terminal_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace coinfer
