// Reading whole files, and writing a folder so that it is there complete or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace coinfer {

/// The bytes of a file. Throws InputError "PATH: cannot be read (reason)" for a missing file, a folder, no permission, or
/// one above `max_bytes`.
std::string read_file(std::filesystem::path const& path, std::size_t max_bytes = std::size_t{1} << 32);

/// Throws what the constructor of FolderWriter would for an existing `destination`, so that a folder that will be refused
/// is refused before the work and not after it.
void check_destination(std::filesystem::path const& destination, bool replace);

/// A folder in the making: files go to a hidden sibling and appear under the final name in one rename by `commit`. Without
/// a commit, the destructor leaves no trace. Throws OutputError.
class FolderWriter {
 public:
  /// `replace` allows an existing results folder (one that holds a manifest.json, or is empty) to be replaced; otherwise an
  /// existing path is refused with InputError "DIR exists (use --force to replace it)". Anything else is never deleted.
  FolderWriter(std::filesystem::path const& destination, bool replace);
  ~FolderWriter();
  FolderWriter(FolderWriter const&) = delete;
  FolderWriter& operator=(FolderWriter const&) = delete;

  /// Path inside the folder in the making, for writers that stream.
  [[nodiscard]] std::filesystem::path path(std::string_view name) const;
  /// Writes one whole file and checks that it arrived.
  void write(std::string_view name, std::string_view content) const;
  /// Makes the folder appear.
  void commit();

 private:
  std::filesystem::path destination_;
  std::filesystem::path partial_;
  std::vector<std::filesystem::path> created_parents_;  ///< innermost first
  bool replace_;
  bool committed_ = false;
};

}  // namespace coinfer
