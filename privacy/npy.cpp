#include "privacy/npy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "privacy/npy_header.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/system_reason.hpp"

namespace coinfer {

namespace {

static_assert(std::endian::native == std::endian::little, "values are read as they stand in the file");

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t longest_header = 65536;

struct TypeEntry {
  std::string_view descr;
  NpyType type;
  std::size_t bytes;
};

constexpr std::array types = {TypeEntry{"<f2", NpyType::float16, 2}, TypeEntry{"<f4", NpyType::float32, 4},
                              TypeEntry{"<f8", NpyType::float64, 8}, TypeEntry{"<i4", NpyType::int32, 4},
                              TypeEntry{"<i8", NpyType::int64, 8},   TypeEntry{"|u1", NpyType::uint8, 1}};

TypeEntry const* find_type(std::string_view descr) {
  for (TypeEntry const& entry : types) {
    if (entry.descr == descr) return &entry;
  }
  return nullptr;
}

std::string shown(std::string const& text) {
  // A hostile header may hold anything; what is printed is short and printable.
  std::string out;
  for (char const symbol : text.substr(0, 20)) out += symbol >= ' ' && symbol <= '~' ? symbol : '?';
  return text.size() > 20 ? out + "..." : out;
}

/// Reads until `out` is full or the file ends; the number of bytes read, or nothing (errno says why).
std::optional<std::size_t> read_fully(int file, std::uint64_t offset, std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    ssize_t const got = ::pread(file, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

/// The product of the shape times the element's bytes, or nothing above 2^62.
std::optional<std::uint64_t> size_of(std::vector<std::uint64_t> const& shape, std::size_t element_bytes) {
  std::uint64_t product = element_bytes;
  for (std::uint64_t const length : shape) {
    if (__builtin_mul_overflow(product, length, &product) || product > std::uint64_t{1} << 62) return std::nullopt;
  }
  return product;
}

/// Everything in front of the values: the dictionary's text, and where it and the values begin.
struct Preamble {
  std::string text;
  std::uint64_t text_offset = 0;
};

std::optional<Preamble> read_preamble(int file, std::string const& name, Diagnostics& diagnostics) {
  auto const refuse = [&](std::string problem, std::string why = {}) {
    diagnostics.add({name, 0, 0}, std::move(problem), std::move(why));
    return std::nullopt;
  };
  std::array<unsigned char, 12> start{};
  auto const got = read_fully(file, 0, std::as_writable_bytes(std::span(start)));
  if (!got) return refuse("cannot be read", system_reason(errno));
  if (*got < 10 || std::memcmp(start.data(), magic.data(), magic.size()) != 0) {
    return refuse("is not a .npy file", "it does not begin with NumPy's magic bytes and a version");
  }
  int const major = start[6];
  if (major < 1 || major > 3 || start[7] != 0) {
    return refuse("version " + std::to_string(major) + "." + std::to_string(start[7]) + " of the .npy format is unknown",
                  "byte 6: 1.0, 2.0 and 3.0 are known");
  }
  std::uint64_t length = start[8] | std::uint64_t{start[9]} << 8;
  Preamble preamble;
  preamble.text_offset = 10;
  if (major > 1) {
    length |= std::uint64_t{start[10]} << 16 | std::uint64_t{start[11]} << 24;
    preamble.text_offset = 12;
  }
  if (length > longest_header) {
    return refuse("header claims " + std::to_string(length) + " bytes",
                  "byte 8: at most " + std::to_string(longest_header) + " are read");
  }
  preamble.text.resize(length);
  auto const text = read_fully(file, preamble.text_offset, std::as_writable_bytes(std::span(preamble.text)));
  if (!text) return refuse("cannot be read", system_reason(errno));
  if (*text < length) {
    return refuse("ends inside its header", "byte " + std::to_string(preamble.text_offset + *text) + " of " +
                                                std::to_string(preamble.text_offset + length));
  }
  return preamble;
}

}  // namespace

std::size_t bytes_of(NpyType type) {
  for (TypeEntry const& entry : types) {
    if (entry.type == type) return entry.bytes;
  }
  return 0;
}

std::optional<NpyFile> NpyFile::open(std::filesystem::path const& path, Diagnostics& diagnostics) {
  NpyFile file;
  file.name_ = path.string();
  auto const refuse = [&](std::string problem, std::string why = {}) {
    diagnostics.add({file.name_, 0, 0}, std::move(problem), std::move(why));
    return std::nullopt;
  };
  // Without O_NONBLOCK, opening a pipe that nobody writes would wait for ever.
  int const descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return refuse("cannot be read", system_reason(errno));
  file.file_.reset(::fdopen(descriptor, "rb"));
  if (!file.file_) {
    int const error = errno;
    ::close(descriptor);
    return refuse("cannot be read", system_reason(error));
  }
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return refuse("cannot be read", system_reason(errno));
  if (!S_ISREG(status.st_mode)) return refuse("cannot be read", "it is not a plain file");
  auto const preamble = read_preamble(descriptor, file.name_, diagnostics);
  if (!preamble) return std::nullopt;
  NpyHeaderProblem problem;
  auto header = parse_npy_header(preamble->text, problem);
  if (!header) {
    return refuse("header is not that of an array",
                  "byte " + std::to_string(preamble->text_offset + problem.at) + ": expected " + problem.expected);
  }
  TypeEntry const* const type = find_type(header->descr);
  if (type == nullptr) {
    return refuse("element type '" + shown(header->descr) + "' is not read", "known are <f2, <f4, <f8, <i4, <i8 and |u1");
  }
  if (header->fortran_order) return refuse("is in Fortran order", "write it with numpy.ascontiguousarray");
  if (header->shape.empty()) return refuse("is a single number", "the first axis counts the samples");
  auto const bytes = size_of(header->shape, type->bytes);
  if (!bytes) return refuse("shape exceeds 2^62 bytes");
  if (*bytes == 0) return refuse("holds no values", "an axis has length 0");
  file.type_ = type->type;
  file.shape_ = std::move(header->shape);
  for (std::size_t axis = 1; axis < file.shape_.size(); ++axis) file.columns_ *= file.shape_[axis];
  file.data_offset_ = preamble->text_offset + preamble->text.size();
  std::uint64_t const there = static_cast<std::uint64_t>(status.st_size) - file.data_offset_;
  if (there != *bytes) {
    return refuse("holds " + std::to_string(there) + " bytes of values, and its shape needs " + std::to_string(*bytes),
                  "values begin at byte " + std::to_string(file.data_offset_));
  }
  return file;
}

void NpyFile::read_at(std::uint64_t offset, std::span<std::byte> out) const {
  auto const got = read_fully(::fileno(file_.get()), offset, out);
  if (!got) throw InputError(name_ + ": cannot be read (" + system_reason(errno) + ")");
  if (*got != out.size()) throw InputError(name_ + ": ends at byte " + std::to_string(offset + *got) + " while it is read");
}

void NpyFile::read(std::uint64_t first_row, std::uint64_t rows, std::uint64_t first_column, std::uint64_t columns,
                   std::span<std::byte> out) const {
  std::uint64_t const element = bytes_of(type_);
  assert(first_row + rows <= this->rows() && first_column + columns <= columns_);
  assert(out.size() == rows * columns * element);
  std::uint64_t const start = data_offset_ + (first_row * columns_ + first_column) * element;
  if (columns == columns_) {
    read_at(start, out);
    return;
  }
  std::size_t const piece = columns * element;
  for (std::uint64_t row = 0; row < rows; ++row) {
    read_at(start + row * columns_ * element, out.subspan(row * piece, piece));
  }
}

}  // namespace coinfer
