// Numbers and texts as bytes and back, little end first, for files that outlive the process.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coinfer {

/// FNV-1a, 64 bits: the same on every machine, which std::hash is not. `value` continues the hash of what came before.
inline std::uint64_t hash_of(std::string_view bytes, std::uint64_t value = 0xcbf29ce484222325) {
  for (char const c : bytes) {
    value ^= static_cast<unsigned char>(c);
    value *= 0x100000001b3;
  }
  return value;
}

/// Appends to bytes.
class RecordWriter {
 public:
  template <std::unsigned_integral Number>
  RecordWriter& number(Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i) bytes_ += static_cast<char>((value >> (8 * i)) & 0xff);
    return *this;
  }
  RecordWriter& text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  RecordWriter& texts(std::vector<std::string> const& values) {
    number(static_cast<std::uint32_t>(values.size()));
    for (std::string const& value : values) text(value);
    return *this;
  }
  [[nodiscard]] std::string const& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Takes from bytes what a RecordWriter wrote. What is not there is 0 or empty, and `ok` says so.
class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes) : bytes_(bytes) {}
  template <std::unsigned_integral Number>
  Number number() {
    if (bytes_.size() < sizeof(Number)) return fail(), Number{0};
    Number value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) {
      value = static_cast<Number>(value | static_cast<Number>(Number{static_cast<unsigned char>(bytes_[i])} << (8 * i)));
    }
    bytes_.remove_prefix(sizeof(Number));
    return value;
  }
  std::string text() {
    auto const size = number<std::uint32_t>();
    if (bytes_.size() < size) return fail(), std::string();
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return value;
  }
  std::vector<std::string> texts() {
    auto const size = number<std::uint32_t>();
    std::vector<std::string> values;
    for (std::uint32_t i = 0; i < size && ok_; ++i) values.push_back(text());
    return values;
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  void fail() {
    ok_ = false;
    bytes_ = {};
  }
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace coinfer
