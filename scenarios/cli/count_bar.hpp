// How far a command is that does one thing after another.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace coinfer {

/// On a terminal a bar on stderr that rewrites its line and goes away at the end; elsewhere a line at most every ten
/// seconds; nothing where it is quiet.
class CountBar {
 public:
  /// `things`: "cuts".
  CountBar(std::string things, bool quiet);

  /// So many are done, and this one is being done; an empty name is the end.
  void show(std::size_t done, std::size_t total, std::string const& name);

 private:
  std::string things_;
  bool quiet_;
  bool terminal_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace coinfer
