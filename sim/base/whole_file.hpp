// A file that is there complete or not at all.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string_view>

namespace coinfer {

/// A file in the making: what is written goes to a hidden file beside it, which `commit` renames. Without a commit the
/// destructor leaves no trace. What is there and is no regular file (a pipe, a terminal) is written to as it is. Throws
/// OutputError.
class WholeFile {
 public:
  explicit WholeFile(std::filesystem::path const& path);
  ~WholeFile();
  WholeFile(WholeFile const&) = delete;
  WholeFile& operator=(WholeFile const&) = delete;

  void write(std::string_view text);
  void commit();

 private:
  [[noreturn]] void fail() const;
  std::filesystem::path path_;
  std::filesystem::path partial_;  ///< empty where the file itself is written to
  std::FILE* file_ = nullptr;
};

/// Throws InputError where no file can come to be at `path`: it has no name, is a folder, or lies in none; so that a file
/// that cannot be written is refused before the work and not after it.
void check_file_destination(std::filesystem::path const& path);

}  // namespace coinfer
