#include "scenarios/cli/count_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace coinfer {

CountBar::CountBar(std::string things, bool quiet)
    : things_(std::move(things)),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) != 0),
      last_(std::chrono::steady_clock::now()) {}

void CountBar::show(std::size_t done, std::size_t total, std::string const& name) {
  if (quiet_) return;
  std::string const count = std::to_string(done) + " of " + std::to_string(total) + " " + things_;
  if (terminal_) {
    std::size_t constexpr width = 30;
    std::size_t const full = width * done / std::max<std::size_t>(total, 1);
    std::string const bar = "[" + std::string(full, '#') + std::string(width - full, '.') + "] " + count;
    std::fprintf(stderr, "\r%s\033[K", name.empty() ? "" : (bar + ", now " + name).c_str());
    return;
  }
  auto const now = std::chrono::steady_clock::now();
  std::chrono::seconds constexpr between_lines{10};
  if (now - last_ < between_lines || name.empty()) return;
  last_ = now;
  std::fprintf(stderr, "%s, now %s\n", count.c_str(), name.c_str());
}

}  // namespace coinfer
