#include "sim/base/number_format.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

namespace coinfer {

void append_shortest(std::string& out, double value) {
  assert(std::isfinite(value));
  std::array<char, 32> buffer;  // the longest shortest form has 24 characters
  auto const result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  assert(result.ec == std::errc());
  out.append(buffer.data(), result.ptr);
}

std::string shortest(double value) {
  std::string out;
  append_shortest(out, value);
  return out;
}

}  // namespace coinfer
