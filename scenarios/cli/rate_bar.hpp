// How far a command is that does many things of about the same size: how many a second, and how long it will go on.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace coinfer {

/// "1200 of 10000 runs, 480 per s, 18 s left"; without a rate where nothing has been done yet. `done` counts what was done
/// `before` this took `elapsed_s`.
std::string rate_text(std::string const& things, std::uint64_t done, std::uint64_t before, std::uint64_t total,
                      double elapsed_s);

/// On a terminal a bar on stderr that rewrites its line and goes away at the end; elsewhere a line at most every ten
/// seconds; nothing where it is quiet.
class RateBar {
 public:
  RateBar(std::string things, bool quiet);
  ~RateBar();
  RateBar(RateBar const&) = delete;
  RateBar& operator=(RateBar const&) = delete;

  void show(std::uint64_t done, std::uint64_t before, std::uint64_t total);

 private:
  std::string things_;
  bool quiet_;
  bool terminal_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace coinfer
