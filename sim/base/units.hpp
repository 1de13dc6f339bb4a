// Strong unit types: a time cannot be passed where bytes are meant, and the only mixed operations are the ones physics has.
#pragma once

#include <compare>

namespace coinfer {

/// A real number of one unit. Two quantities of a unit add, subtract and compare; their ratio is a plain number.
template <class Unit>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double value) : value_(value) {}

  /// The number of units.
  [[nodiscard]] constexpr double value() const { return value_; }

  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.value_ + b.value_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.value_ - b.value_); }
  friend constexpr Quantity operator*(Quantity a, double factor) { return Quantity(a.value_ * factor); }
  friend constexpr Quantity operator*(double factor, Quantity a) { return Quantity(factor * a.value_); }
  friend constexpr Quantity operator/(Quantity a, double divisor) { return Quantity(a.value_ / divisor); }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }
  friend constexpr auto operator<=>(Quantity a, Quantity b) = default;

 private:
  double value_ = 0;
};

using Seconds = Quantity<struct SecondsUnit>;
using Bytes = Quantity<struct BytesUnit>;
using BytesPerSecond = Quantity<struct BytesPerSecondUnit>;
using Flop = Quantity<struct FlopUnit>;
using FlopPerSecond = Quantity<struct FlopPerSecondUnit>;
using Watts = Quantity<struct WattsUnit>;
using Joules = Quantity<struct JoulesUnit>;
using JoulesPerByte = Quantity<struct JoulesPerByteUnit>;
using Usd = Quantity<struct UsdUnit>;
using UsdPerSecond = Quantity<struct UsdPerSecondUnit>;
using UsdPerByte = Quantity<struct UsdPerByteUnit>;

constexpr Seconds operator/(Bytes amount, BytesPerSecond rate) { return Seconds(amount.value() / rate.value()); }
constexpr Seconds operator/(Flop amount, FlopPerSecond rate) { return Seconds(amount.value() / rate.value()); }
constexpr Bytes operator*(BytesPerSecond rate, Seconds time) { return Bytes(rate.value() * time.value()); }
constexpr Joules operator*(Watts power, Seconds time) { return Joules(power.value() * time.value()); }
constexpr Joules operator*(JoulesPerByte energy, Bytes amount) { return Joules(energy.value() * amount.value()); }
constexpr Usd operator*(UsdPerSecond price, Seconds time) { return Usd(price.value() * time.value()); }
constexpr Usd operator*(UsdPerByte price, Bytes amount) { return Usd(price.value() * amount.value()); }

}  // namespace coinfer
