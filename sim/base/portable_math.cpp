#include "sim/base/portable_math.hpp"

#include <bit>
#include <cassert>
#include <cstdint>
#include <limits>

namespace coinfer {

namespace {

// ln 2 in two parts: the product of the first with an exponent is exact.
constexpr double ln2_high = 6.93147180369123816490e-01;
constexpr double ln2_low = 1.90821492927058770002e-10;

constexpr int mantissa_bits = 52;
constexpr int exponent_bias = 1023;

double power_of_two(int exponent) {
  assert(exponent > -exponent_bias && exponent <= exponent_bias);
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + exponent_bias) << mantissa_bits);
}

}  // namespace

// The method of FreeBSD's msun, e_log.c (Sun Microsystems 1993): x = 2^k (1 + f) with sqrt(1/2) < 1 + f < sqrt(2);
// s = f / (2 + f); ln(1 + f) = f - f^2/2 + s (f^2/2 + R), where R is a polynomial in s^2.
double portable_log(double x) {
  assert(x > 0 && x <= std::numeric_limits<double>::max());
  int k = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;  // exact, and makes a subnormal number normal
    k = -54;
  }
  auto const bits = std::bit_cast<std::uint64_t>(x);
  constexpr std::uint64_t fraction_mask = (std::uint64_t{1} << mantissa_bits) - 1;
  k += static_cast<int>(bits >> mantissa_bits) - exponent_bias;
  double m = std::bit_cast<double>((bits & fraction_mask) | (std::uint64_t{exponent_bias} << mantissa_bits));
  constexpr double sqrt_2 = 1.4142135623730951;
  if (m > sqrt_2) {
    m *= 0.5;
    ++k;
  }
  double const f = m - 1.0;
  double const dk = k;
  double const s = f / (2.0 + f);
  double const z = s * s;
  double const w = z * z;
  double const even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  double const odd = z * (6.666666666666735130e-01 +
                          w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  double const r = even + odd;
  double const half_square = 0.5 * f * f;
  return dk * ln2_high - ((half_square - (s * (half_square + r) + dk * ln2_low)) - f);
}

// The method of FreeBSD's msun, e_exp.c: x = k ln 2 + r with |r| <= ln(2)/2; e^r = 1 + 2r/(R - r), where R is a polynomial
// in r^2 by Remez.
double portable_exp(double x) {
  assert(x >= -700 && x <= 700);
  constexpr double inverse_ln2 = 1.44269504088896338700e+00;
  // Truncation towards zero of x/ln 2 +- 1/2 is the nearest integer; the cast is exact and the same everywhere.
  int const k = static_cast<int>(x * inverse_ln2 + (x < 0 ? -0.5 : 0.5));
  double const high = x - k * ln2_high;
  double const low = k * ln2_low;
  double const r = high - low;
  double const t = r * r;
  double const c =
      r - t * (1.66666666666666019037e-01 +
               t * (-2.77777777770155933842e-03 +
                    t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  double const y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
  return y * power_of_two(k);
}

// Kahan's corrections (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 1.14.1): the error of the
// rounded 1 + x, or of the rounded e^x, comes into numerator and denominator alike and cancels.
double portable_log1p(double x) {
  double const u = 1.0 + x;
  if (u == 1.0) return x;
  return portable_log(u) * x / (u - 1.0);
}

double portable_expm1(double x) {
  double const u = portable_exp(x);
  if (u == 1.0) return x;
  double const less = u - 1.0;
  if (less == -1.0) return -1.0;
  // Far from 0 nothing is lost, and x over its own logarithm would only add errors.
  return x > -1 && x < 1 ? less * x / portable_log(u) : less;
}

}  // namespace coinfer
