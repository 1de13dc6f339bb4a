// Folders that vanish, and `.npy` files in them.
#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace coinfer {

/// A folder for one test.
class NpyFolder {
 public:
  NpyFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "coinfer-npy-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~NpyFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  NpyFolder(NpyFolder const&) = delete;
  NpyFolder& operator=(NpyFolder const&) = delete;

  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

  std::filesystem::path write(std::string const& name, std::string const& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

  /// An array as NumPy writes it (version 1.0); `shape` as in Python: "(2, 3)".
  template <class Scalar>
  std::filesystem::path write(std::string const& name, std::string const& descr, std::string const& shape,
                              std::vector<Scalar> const& values) const {
    return write(name,
                 preamble("{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }") + bytes(values));
  }

  static std::string preamble(std::string header) {
    while ((header.size() + 11) % 64 != 0) header += ' ';
    header += '\n';
    std::string const magic("\x93NUMPY\x01\x00", 8);
    return magic + static_cast<char>(header.size() % 256) + static_cast<char>(header.size() / 256) + header;
  }

  template <class Scalar>
  static std::string bytes(std::vector<Scalar> const& values) {
    return std::string(reinterpret_cast<char const*>(values.data()), values.size() * sizeof(Scalar));
  }

 private:
  std::filesystem::path path_;
};

}  // namespace coinfer
