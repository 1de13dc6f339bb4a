#include "scenarios/trace/trace_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <nlohmann/json.hpp>

#include "scenarios/version.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/system_reason.hpp"

namespace coinfer {

namespace {

std::size_t constexpr flush_at = std::size_t{1} << 18;
/// Between two events; what is left after the last of them is not whole.
std::string_view constexpr separator = ",\n";

}  // namespace

/// What the process that simulates tells the one that publishes.
struct TraceFile::Shared {
  bool cut = false;
  double cut_s = 0;
};

TraceFile::TraceFile(std::filesystem::path destination, std::uint64_t limit_bytes)
    : destination_(std::move(destination)), limit_(limit_bytes) {
  partial_ =
      destination_.parent_path() / ("." + destination_.filename().string() + "." + std::to_string(::getpid()) + ".partial");
  std::filesystem::path const folder = destination_.has_parent_path() ? destination_.parent_path() : ".";
  // Without a name an interrupted program leaves nothing; not every file system can do that.
  descriptor_ = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC | O_APPEND, 0666);
  named_ = descriptor_ < 0;
  if (named_) descriptor_ = ::open(partial_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0666);
  if (descriptor_ < 0) fail();
  void* const memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  shared_ = new (memory) Shared;
  // An event before all others spares the rest from asking whether they are the first.
  buffer_ = R"({"displayTimeUnit":"ms","traceEvents":[)";
  buffer_ +=
      "\n"
      R"({"ph":"M","pid":1,"tid":0,"name":"process_name","args":{"name":"requests"}})";
  flush();
}

TraceFile::~TraceFile() {
  ::munmap(shared_, sizeof(Shared));
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (named_) ::unlink(partial_.c_str());
}

void TraceFile::fail() const {
  throw OutputError(destination_.string() + ": cannot be written (" + system_reason(errno) + ")");
}

void TraceFile::append(std::string_view event) {
  buffer_ += separator;
  buffer_ += event;
  written_ += separator.size() + event.size();
  if (buffer_.size() >= flush_at) flush();
}

void TraceFile::cut_at(double time_s) { *shared_ = {true, time_s}; }

std::optional<double> TraceFile::cut_s() const { return shared_->cut ? std::optional(shared_->cut_s) : std::nullopt; }

void TraceFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    ssize_t const written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail();
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

/// Cuts the file behind its last whole event: a process that ends at any instant may leave half of one.
void TraceFile::repair() const {
  off_t end = ::lseek(descriptor_, 0, SEEK_END);
  std::string block;
  for (off_t step = 4096; end > 0; step *= 2) {
    off_t const from = step < end ? end - step : 0;
    block.resize(static_cast<std::size_t>(end - from));
    if (::pread(descriptor_, block.data(), block.size(), from) != static_cast<ssize_t>(block.size())) fail();
    std::size_t const at = block.rfind(separator);
    if (at != std::string::npos) {
      if (::ftruncate(descriptor_, from + static_cast<off_t>(at)) != 0) fail();
      return;
    }
    if (from == 0) return;  // nothing but the first event, which was written before the process began
  }
}

void TraceFile::publish(std::string_view ended_early) {
  flush();
  if (!ended_early.empty()) repair();
  nlohmann::ordered_json about;
  about["program"] = "coinfer " + std::string(version);
  if (cut_s()) {
    about["size_limit"] = "tasks that ended after " + nlohmann::json(*cut_s()).dump() + " s are left out";
  }
  if (!ended_early.empty()) about["ended_early"] = ended_early;
  buffer_ += "\n],\"otherData\":" + about.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "}\n";
  flush();
  std::string const unnamed = "/proc/self/fd/" + std::to_string(descriptor_);
  if (!named_ && ::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, partial_.c_str(), AT_SYMLINK_FOLLOW) != 0) fail();
  if (::close(std::exchange(descriptor_, -1)) != 0) fail();
  std::error_code error;
  std::filesystem::rename(partial_, destination_, error);
  if (!error) return;
  ::unlink(partial_.c_str());
  throw OutputError(destination_.string() + ": cannot be written (" + error.message() + ")");
}

}  // namespace coinfer
