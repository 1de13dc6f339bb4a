#include "scenarios/cli/single_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "sim/base/errors.hpp"
#include "sim/base/system_reason.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(fs::path const& path, fs::path const& partial, int error) {
  std::error_code ignored;
  fs::remove(partial, ignored);
  throw OutputError(path.string() + ": cannot be written (" + system_reason(error) + ")");
}

}  // namespace

void check_not_an_input(fs::path const& path, std::span<std::string const> inputs) {
  for (std::string const& input : inputs) {
    std::error_code error;
    if (fs::equivalent(path, input, error) && !error) {
      throw InputError(path.string() + " is an input of this command and would be lost");
    }
  }
}

void check_single_file(fs::path const& path, bool replace) {
  std::error_code ignored;
  fs::path const folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, ignored))
    throw InputError(folder.string() + ": no such folder (for " + path.string() + ")");
  auto const type = fs::symlink_status(path, ignored).type();
  if (type == fs::file_type::not_found || type == fs::file_type::none) return;
  if (type != fs::file_type::regular) throw InputError(path.string() + " exists and is not a plain file");
  if (!replace) throw InputError(path.string() + " exists (use --force to replace it)");
}

void write_single_file(fs::path const& path, std::string_view content, bool replace) {
  check_single_file(path, replace);
  fs::path const partial = path.parent_path() / ("." + path.filename().string() + ".partial-" + std::to_string(::getpid()));
  std::FILE* const file = std::fopen(partial.c_str(), "wbe");
  if (file == nullptr) cannot_write(path, partial, errno);
  bool ok = std::fwrite(content.data(), 1, content.size(), file) == content.size() && std::fflush(file) == 0 &&
            ::fsync(::fileno(file)) == 0;
  int error = ok ? 0 : errno;
  if (std::fclose(file) != 0 && ok) {
    ok = false;
    error = errno;
  }
  if (!ok) cannot_write(path, partial, error);
  std::error_code failed;
  fs::rename(partial, path, failed);
  if (failed) cannot_write(path, partial, failed.value());
}

}  // namespace coinfer
