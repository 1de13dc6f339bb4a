#include "scenarios/cli/rate_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "scenarios/report/readable.hpp"

namespace coinfer {

namespace {

int constexpr digits = 2;

}  // namespace

std::string rate_text(std::string const& things, std::uint64_t done, std::uint64_t before, std::uint64_t total,
                      double elapsed_s) {
  std::string text = std::to_string(done) + " of " + std::to_string(total) + " " + things;
  if (done == before || elapsed_s <= 0) return text;
  double const rate_per_s = static_cast<double>(done - before) / elapsed_s;
  return text + ", " + readable_number(rate_per_s, digits) + " per s, " +
         readable_duration(static_cast<double>(total - done) / rate_per_s, digits) + " left";
}

RateBar::RateBar(std::string things, bool quiet)
    : things_(std::move(things)),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) != 0),
      begun_(std::chrono::steady_clock::now()),
      last_(begun_) {}

RateBar::~RateBar() {
  if (!quiet_ && terminal_) std::fprintf(stderr, "\r\033[K");
}

void RateBar::show(std::uint64_t done, std::uint64_t before, std::uint64_t total) {
  if (quiet_) return;
  auto const now = std::chrono::steady_clock::now();
  std::chrono::seconds constexpr between_lines{10};
  if (!terminal_ && now - last_ < between_lines) return;
  last_ = now;
  std::string const text = rate_text(things_, done, before, total, std::chrono::duration<double>(now - begun_).count());
  if (!terminal_) {
    std::fprintf(stderr, "%s\n", text.c_str());
    return;
  }
  std::uint64_t constexpr width = 30;
  std::uint64_t const full = width * done / std::max<std::uint64_t>(total, 1);
  std::string const bar = "[" + std::string(full, '#') + std::string(width - full, '.') + "] ";
  std::fprintf(stderr, "\r%s%s\033[K", bar.c_str(), text.c_str());
}

}  // namespace coinfer
