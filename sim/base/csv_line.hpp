// One line of a CSV file in the making: fields are quoted where they must be, absent values are empty.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/number_format.hpp"

namespace coinfer {

/// Appends to a buffer that the caller owns and empties.
class CsvLine {
 public:
  explicit CsvLine(std::string& out) : out_(out) {}
  CsvLine& text(std::string_view value) {
    separate();
    if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
      out_ += value;
      return *this;
    }
    out_ += '"';
    for (char c : value) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
    return *this;
  }
  CsvLine& number(double value) {
    separate();
    append_shortest(out_, value);
    return *this;
  }
  CsvLine& number(std::optional<double> value) {
    separate();
    if (value) append_shortest(out_, *value);
    return *this;
  }
  CsvLine& count(std::uint64_t value) {
    separate();
    char digits[20];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    return *this;
  }
  CsvLine& count(std::optional<std::uint64_t> value) {
    if (value) return count(*value);
    separate();
    return *this;
  }
  void end() {
    out_ += '\n';
    first_ = true;
  }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  std::string& out_;
  bool first_ = true;
};

}  // namespace coinfer
