#include "scenarios/run/spill_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

std::filesystem::path temporary_folder() {
  char const* const given = std::getenv("TMPDIR");
  return given == nullptr || *given == '\0' ? "/tmp" : given;
}

/// A file that never had a name; where the file system knows none, one that loses its name at once.
int open_nameless(std::filesystem::path const& folder) {
  int const nameless = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (nameless >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return nameless;
  std::string name = (folder / "coinfer.XXXXXX").string();
  int const named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

SpillFile::SpillFile() : folder_(temporary_folder()), descriptor_(open_nameless(folder_)) {
  if (descriptor_ < 0) error_ = errno;
}

SpillFile::~SpillFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SpillFile::fail(int error) const {
  throw OutputError(folder_.string() + ": a temporary file cannot be kept here (" + std::strerror(error) +
                    "); so many requests need one of about 100 bytes each: let TMPDIR name a folder that has room");
}

void SpillFile::write(void const* from, std::size_t size, std::uint64_t offset) {
  if (descriptor_ < 0) fail(error_);
  auto const* at = static_cast<char const*>(from);
  while (size > 0) {
    ssize_t const written = ::pwrite(descriptor_, at, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(written < 0 ? errno : ENOSPC);
    at += written;
    offset += static_cast<std::uint64_t>(written);
    size -= static_cast<std::size_t>(written);
  }
}

void SpillFile::read(void* into, std::size_t size, std::uint64_t offset) const {
  auto* at = static_cast<char*>(into);
  while (size > 0) {
    ssize_t const got = ::pread(descriptor_, at, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail(got < 0 ? errno : EIO);
    at += got;
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::size_t>(got);
  }
}

}  // namespace coinfer
