// Reading NumPy's array files piece by piece: the header is checked at once, the values are read where they are asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// The element types that are read: '<f2', '<f4', '<f8', '<i4', '<i8' and '|u1'.
enum class NpyType { float16, float32, float64, int32, int64, uint8 };

/// Bytes of one element.
std::size_t bytes_of(NpyType type);

/// An open array of at least one dimension, in C order. The first axis counts rows (samples); all others are flattened into
/// columns. Format: NumPy Enhancement Proposal 1 and numpy.lib.format, versions 1.0, 2.0 and 3.0. Left out: Fortran order,
/// other byte orders, structured and object types, files with more than one array.
class NpyFile {
 public:
  /// Opens a file and checks its header against its size. Nothing where something is wrong, which `diagnostics` then says
  /// with the byte at which it stands; a header takes at most 64 KiB of memory whatever length it claims.
  static std::optional<NpyFile> open(std::filesystem::path const& path, Diagnostics& diagnostics);

  /// The path as it was given.
  [[nodiscard]] std::string const& name() const { return name_; }
  [[nodiscard]] NpyType type() const { return type_; }
  /// At least one dimension, each at least 1.
  [[nodiscard]] std::vector<std::uint64_t> const& shape() const { return shape_; }
  /// Length of the first axis.
  [[nodiscard]] std::uint64_t rows() const { return shape_.front(); }
  /// Product of the other axes; 1 where there is none.
  [[nodiscard]] std::uint64_t columns() const { return columns_; }

  /// Reads `rows` rows from `first_row` on, of each the `columns` values from `first_column` on, row after row into `out`,
  /// which has exactly their size. The ranges lie inside the array (asserted). Several threads may read at once. Throws
  /// InputError where the file has become shorter or cannot be read.
  void read(std::uint64_t first_row, std::uint64_t rows, std::uint64_t first_column, std::uint64_t columns,
            std::span<std::byte> out) const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  NpyFile() = default;
  void read_at(std::uint64_t offset, std::span<std::byte> out) const;

  std::string name_;
  std::unique_ptr<std::FILE, Close> file_;
  NpyType type_ = NpyType::float32;
  std::vector<std::uint64_t> shape_;
  std::uint64_t columns_ = 1;
  std::uint64_t data_offset_ = 0;
};

}  // namespace coinfer
