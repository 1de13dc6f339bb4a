#include "scenarios/report/readable.hpp"

#include <cmath>
#include <cstdio>

namespace coinfer {

std::string readable_number(double value, int digits) {
  double const all_before_the_point = std::pow(10.0, digits - 1) - 0.05;
  char text[400];
  if (std::abs(value) >= all_before_the_point) {
    std::snprintf(text, sizeof text, "%.0f", value);
  } else {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
  }
  return text;
}

std::string readable_duration(double time_s, int digits) {
  double constexpr ms_per_s = 1e3;
  return time_s < 1 ? readable_number(time_s * ms_per_s, digits) + " ms" : readable_number(time_s, digits) + " s";
}

std::string readable_size(double bytes, int digits) {
  if (bytes == 0) return "0";
  double constexpr kilo = 1e3;
  double constexpr mega = 1e6;
  double constexpr giga = 1e9;
  if (bytes < kilo) return readable_number(bytes, digits) + " B";
  if (bytes < mega) return readable_number(bytes / kilo, digits) + " kB";
  return bytes < giga ? readable_number(bytes / mega, digits) + " MB" : readable_number(bytes / giga, digits) + " GB";
}

}  // namespace coinfer
