#include "sim/base/whole_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "sim/base/errors.hpp"
#include "sim/base/system_reason.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

}  // namespace

WholeFile::WholeFile(fs::path const& path) : path_(path) {
  std::error_code ignored;
  if (!fs::exists(path_, ignored) || fs::is_regular_file(path_, ignored)) {
    partial_ = path_.parent_path() / ("." + path_.filename().string() + ".partial");
  }
  file_ = std::fopen(partial_.empty() ? path_.c_str() : partial_.c_str(), "wbe");
  if (file_ == nullptr) fail();
}

WholeFile::~WholeFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::error_code ignored;
  if (!partial_.empty()) fs::remove(partial_, ignored);
}

void WholeFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
}

void WholeFile::commit() {
  if (std::fflush(file_) != 0) fail();
  if (!partial_.empty() && ::fsync(::fileno(file_)) != 0) fail();
  if (std::fclose(std::exchange(file_, nullptr)) != 0) fail();
  if (!partial_.empty() && std::rename(partial_.c_str(), path_.c_str()) != 0) fail();
}

void WholeFile::fail() const { throw OutputError(path_.string() + ": cannot be written (" + system_reason(errno) + ")"); }

void check_file_destination(fs::path const& path) {
  std::error_code ignored;
  if (path.filename().empty()) throw InputError("'" + path.string() + "' is no name of a file");
  if (fs::is_directory(path, ignored)) throw InputError(path.string() + ": is a folder");
  fs::path const folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, ignored)) throw InputError(path.string() + ": there is no folder " + folder.string());
}

}  // namespace coinfer
