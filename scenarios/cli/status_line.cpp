#include "scenarios/cli/status_line.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace coinfer {

StatusLine::StatusLine(bool quiet)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0), last_(std::chrono::steady_clock::now()) {}

StatusLine::~StatusLine() {
  if (!quiet_ && terminal_) std::fprintf(stderr, "\r\033[K");
}

bool StatusLine::due() const {
  std::chrono::milliseconds const between(terminal_ ? 200 : 10000);
  return !quiet_ && std::chrono::steady_clock::now() - last_ >= between;
}

void StatusLine::show(std::uint64_t done, std::uint64_t total, std::string const& text) {
  if (!due()) return;
  last_ = std::chrono::steady_clock::now();
  if (!terminal_) {
    std::fprintf(stderr, "%s\n", text.c_str());
    return;
  }
  std::uint64_t constexpr width = 30;
  std::string bar;
  if (total > 0) {
    std::uint64_t const full = std::min(width, width * done / total);
    bar = "[" + std::string(full, '#') + std::string(width - full, '.') + "] ";
  }
  std::fprintf(stderr, "\r%s%s\033[K", bar.c_str(), text.c_str());
}

}  // namespace coinfer
