// Numbers of a schema in the units of the domain.
#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "sim/base/located.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

inline constexpr double bytes_per_gibibyte = 1024.0 * 1024.0 * 1024.0;
inline constexpr double bytes_per_mebibyte = 1024.0 * 1024.0;
inline constexpr double bytes_per_megabit = 1e6 / 8;
inline constexpr double bytes_per_gigabit = 1e9 / 8;

/// Converts numbers of one message and reports those that do not survive it: rules bound the number as written, which may
/// still overflow or vanish in our units.
class UnitConverter {
 public:
  UnitConverter(Where const& where, Diagnostics& diagnostics) : where_(where), diagnostics_(diagnostics) {}

  double operator()(char const* field, double given, double factor) {
    double const converted = given * factor;
    if (!std::isfinite(converted) || (given != 0 && converted == 0))
      diagnostics_.add(where_.field(field), std::string(field) + " is " + shortest(given), "out of range");
    return converted;
  }
  template <class Unit>
  std::optional<Unit> operator()(bool has, char const* field, double given, double factor) {
    if (!has) return std::nullopt;
    return Unit((*this)(field, given, factor));
  }

 private:
  Where const& where_;
  Diagnostics& diagnostics_;
};

}  // namespace coinfer
