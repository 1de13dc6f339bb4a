#include "scenarios/sweep/range_values.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

#include "sim/base/number_format.hpp"
#include "sim/base/portable_math.hpp"

namespace coinfer {

namespace {

/// Where values are kept to so many digits, the last bits that the arithmetic lost are not seen. An exponential loses as
/// many units in the last place as its argument is large, which is up to 691.
int constexpr linear_digits = 15;
int constexpr log_digits = 12;

/// Between two ends of the same kind, without the overflow that their difference could have.
double between(double from, double to, double share) { return from * (1 - share) + to * share; }

double at_share(double from, double to, bool logarithmic, double share) {
  if (!logarithmic) return between(from, to, share);
  return portable_exp(between(portable_log(from), portable_log(to), share));
}

double tidied(double value, int digits) {
  std::array<char, 40> buffer;
  auto const written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific, digits - 1);
  assert(written.ec == std::errc());
  double read = value;
  std::from_chars(buffer.data(), written.ptr, read);
  return read;
}

/// Whole numbers have no exponent, which a field for whole numbers does not take.
std::string text_of(double value, bool whole) {
  return whole ? std::to_string(static_cast<std::int64_t>(std::round(value))) : shortest(value);
}

}  // namespace

std::vector<std::string> grid_values(AxisRange const& range) {
  std::vector<std::string> values;
  values.reserve(range.count);
  auto const [least, most] = std::minmax(range.from, range.to);
  for (std::uint32_t i = 0; i < range.count; ++i) {
    double value = i == 0 ? range.from : range.to;
    if (i > 0 && i + 1 < range.count) {
      value = at_share(range.from, range.to, range.logarithmic, static_cast<double>(i) / (range.count - 1));
      value = std::clamp(tidied(value, range.logarithmic ? log_digits : linear_digits), least, most);
    }
    values.push_back(text_of(value, range.whole));
  }
  return values;
}

std::string sampled_value(AxisRange const& range, double share) {
  if (!range.whole) {
    double const value = at_share(range.from, range.to, range.logarithmic, share);
    auto const [least, most] = std::minmax(range.from, range.to);
    return text_of(std::clamp(value, least, most), false);
  }
  double const from = std::round(range.from);
  double const to = std::round(range.to);
  double const outwards = from <= to ? 0.5 : -0.5;
  double const value = std::round(at_share(from - outwards, to + outwards, range.logarithmic, share));
  auto const [least, most] = std::minmax(from, to);
  return text_of(std::clamp(value, least, most), true);
}

std::uint64_t whole_values(AxisRange const& range) {
  return static_cast<std::uint64_t>(std::fabs(std::round(range.to) - std::round(range.from))) + 1;
}

std::string whole_value(AxisRange const& range, std::uint64_t index) {
  auto const from = static_cast<std::int64_t>(std::round(range.from));
  auto const steps = static_cast<std::int64_t>(index);
  return std::to_string(range.to >= range.from ? from + steps : from - steps);
}

}  // namespace coinfer
