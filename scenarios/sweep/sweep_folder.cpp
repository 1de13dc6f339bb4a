#include "scenarios/sweep/sweep_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <optional>
#include <thread>

#include "scenarios/sweep/sweep_journal.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/system_reason.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(fs::path const& path, int error) {
  throw OutputError(path.string() + ": cannot be written (" + system_reason(error) + ")");
}

/// Whether nothing is in the folder but what a process that was killed at its very beginning leaves.
bool is_unused(fs::path const& folder) {
  for (auto const& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != "journal") return false;
    for (auto const& file : fs::directory_iterator(entry.path())) {
      if (file.path().filename() != "lock" && file.path().filename() != "identity.partial") return false;
    }
  }
  return true;
}

}  // namespace

SweepFolder::SweepFolder(fs::path const& path, SweepIdentity const& identity, bool renew) : path_(path) {
  if (path_.empty()) throw InputError("the results folder has no name");
  check(renew, identity);
  std::error_code error;
  fs::create_directories(path_ / "journal", error);
  if (error) cannot_write(path_, error.value());
  lock();
  try {
    check(renew, identity);  // Someone may have come first.
    if (renew && journal_identity(path_)) {
      // The identity last: until then the folder is known for what it is.
      for (char const* const name : {"points.csv", "manifest.json", "points"}) fs::remove_all(path_ / name);
      for (auto const& file : fs::directory_iterator(path_ / "journal")) {
        if (file.path().extension() == ".rows") fs::remove(file.path());
      }
    }
    if (renew || !journal_identity(path_)) start_journal(path_, identity);
  } catch (fs::filesystem_error const& failed) {
    ::close(lock_);
    cannot_write(path_, failed.code().value());
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

SweepFolder::~SweepFolder() { ::close(lock_); }

fs::path SweepFolder::results_of(std::uint64_t point, std::uint32_t replication) const {
  return path_ / "points" / (std::to_string(point) + "-" + std::to_string(replication));
}

void SweepFolder::write_manifest(std::string const& text) const {
  fs::path const partial = path_ / ".manifest.json.partial";
  std::ofstream out(partial, std::ios::binary);
  out << text;
  out.close();
  std::error_code error;
  fs::rename(partial, path_ / "manifest.json", error);
  if (!out || error) cannot_write(path_ / "manifest.json", error ? error.value() : errno);
}

void SweepFolder::check(bool renew, SweepIdentity const& identity) const {
  std::error_code missing;
  if (!fs::exists(path_, missing)) return;
  if (!fs::is_directory(path_, missing)) throw InputError(path_.string() + " exists and is not a folder");
  std::optional<SweepIdentity> const there = journal_identity(path_);
  if (!there) {
    if (is_unused(path_)) return;
    throw InputError(path_.string() + " exists and is not the folder of a sweep (--force does not replace it)");
  }
  if (renew || *there == identity) return;
  std::string what = difference(*there, identity);
  if (what.empty()) what = "it is of shard " + to_string(there->shard);
  throw InputError(path_.string() + " holds another sweep: " + what + " (use --force to replace it)");
}

void SweepFolder::lock() {
  fs::path const file = path_ / "journal" / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) cannot_write(file, errno);
  // Workers of a process that was killed may take a moment to end.
  int constexpr tries = 40;
  for (int i = 0; i < tries; ++i) {
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK && errno != EINTR) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  int const error = errno;
  ::close(lock_);
  if (error != EWOULDBLOCK) cannot_write(file, error);
  throw InputError(path_.string() + " is being filled by another process");
}

}  // namespace coinfer
