#include "sim/base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <system_error>

#include "sim/base/errors.hpp"
#include "sim/base/system_reason.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_read(fs::path const& path, std::string const& why) {
  throw InputError(path.string() + ": cannot be read (" + why + ")");
}

[[noreturn]] void cannot_write(fs::path const& path, std::string const& why) {
  throw OutputError(path.string() + ": cannot be written (" + why + ")");
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// Asks the disk to have a file or a folder before the rename that makes it visible.
void synchronise(fs::path const& path) {
  Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) cannot_write(path, system_reason(errno));
  // Some file systems cannot do it for a folder and say EINVAL; there is nothing better to do there.
  if (::fsync(file.number()) != 0 && errno != EINVAL) cannot_write(path, system_reason(errno));
}

/// Whether a path is a results folder, which may be replaced: it holds a manifest.json, or nothing. One with a journal is
/// the work of many runs, perhaps of days; who keeps it decides about it.
bool is_replaceable(fs::path const& path) {
  std::error_code error;
  if (fs::symlink_status(path, error).type() != fs::file_type::directory) return false;
  if (fs::exists(path / "journal", error)) return false;
  if (fs::is_regular_file(path / "manifest.json", error)) return true;
  bool const empty = fs::is_empty(path, error);
  return !error && empty;
}

bool is_there(fs::path const& path) {
  std::error_code error;
  return fs::symlink_status(path, error).type() != fs::file_type::not_found;
}
/// "out/" and "out" are one folder.
fs::path without_trailing_slash(fs::path const& path) {
  fs::path const normal = path.lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

/// A hidden name beside the destination, so that the rename stays on one file system.
fs::path sibling(fs::path const& destination, std::string const& kind) {
  fs::path const absolute = without_trailing_slash(fs::absolute(destination));
  return absolute.parent_path() / ("." + absolute.filename().string() + "." + kind + "-" + std::to_string(::getpid()));
}

}  // namespace

std::string read_file(fs::path const& path, std::size_t max_bytes) {
  // Opening a pipe that nobody writes would block; a scenario is a plain file, or a pipe that already has a writer.
  Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) cannot_read(path, system_reason(errno));
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) cannot_read(path, system_reason(errno));
  if (S_ISDIR(status.st_mode)) cannot_read(path, "it is a folder");
  // Some devices never end.
  bool const is_terminal = ::isatty(file.number()) != 0;
  if ((S_ISCHR(status.st_mode) && !is_terminal) || S_ISBLK(status.st_mode)) cannot_read(path, "it is a device");
  std::string const too_long = "longer than " + std::to_string(max_bytes) + " bytes";
  std::string content;
  if (S_ISREG(status.st_mode)) {
    if (static_cast<std::size_t>(status.st_size) > max_bytes) cannot_read(path, too_long);
    content.reserve(static_cast<std::size_t>(status.st_size));
  }
  std::array<char, 65536> buffer;
  for (;;) {
    ssize_t const got = ::read(file.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) cannot_read(path, system_reason(errno));
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > max_bytes) cannot_read(path, too_long);
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void check_destination(fs::path const& path, bool replace) {
  if (!is_there(path)) return;
  if (!replace) throw InputError(path.string() + " exists (use --force to replace it)");
  if (!is_replaceable(path))
    throw InputError(path.string() + " exists and is not a results folder (--force does not replace it)");
}

FolderWriter::FolderWriter(fs::path const& destination, bool replace)
    : destination_(without_trailing_slash(destination)), replace_(replace) {
  if (destination_.empty()) throw InputError("the results folder has no name");
  check_destination(destination_, replace_);
  partial_ = sibling(destination_, "partial");
  std::error_code error;
  for (fs::path parent = partial_.parent_path(); !is_there(parent); parent = parent.parent_path()) {
    created_parents_.push_back(parent);
  }
  fs::create_directories(partial_.parent_path(), error);
  if (error) cannot_write(destination_, system_reason(error.value()));
  // A folder of this name can only be what a killed process of the same number left.
  fs::remove_all(partial_, error);
  if (!fs::create_directory(partial_, error)) cannot_write(destination_, system_reason(error.value()));
}

FolderWriter::~FolderWriter() {
  std::error_code ignored;  // A destructor has nobody to tell.
  if (committed_) return;
  fs::remove_all(partial_, ignored);
  // Innermost first; one that someone else has used meanwhile is not empty and stays.
  for (fs::path const& parent : created_parents_) fs::remove(parent, ignored);
}

fs::path FolderWriter::path(std::string_view name) const { return partial_ / name; }

void FolderWriter::write(std::string_view name, std::string_view content) const {
  fs::path const shown = destination_ / name;
  Descriptor const file(::open(path(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.number() < 0) cannot_write(shown, system_reason(errno));
  while (!content.empty()) {
    ssize_t const written = ::write(file.number(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) cannot_write(shown, system_reason(errno));
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.number()) != 0 && errno != EINVAL) cannot_write(shown, system_reason(errno));
}

void FolderWriter::commit() {
  assert(!committed_);
  for (auto const& entry : fs::recursive_directory_iterator(partial_)) synchronise(entry.path());
  synchronise(partial_);
  // Someone may have made the folder while the run went on.
  check_destination(destination_, replace_);
  fs::path const old = sibling(destination_, "old");
  bool const had_old = is_there(destination_);
  std::error_code error;
  if (had_old) {
    fs::rename(destination_, old, error);
    if (error) cannot_write(destination_, system_reason(error.value()));
  }
  fs::rename(partial_, destination_, error);
  if (error) {
    std::error_code ignored;
    if (had_old) fs::rename(old, destination_, ignored);
    cannot_write(destination_, system_reason(error.value()));
  }
  committed_ = true;
  synchronise(partial_.parent_path());
  if (had_old) fs::remove_all(old, error);
  if (error) throw OutputError(old.string() + ": cannot be removed (" + system_reason(error.value()) + ")");
}

}  // namespace coinfer
