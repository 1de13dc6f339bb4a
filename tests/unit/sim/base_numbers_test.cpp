#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/base/number_format.hpp"
#include "sim/base/portable_math.hpp"
#include "sim/base/random.hpp"

using namespace coinfer;

namespace {

/// Distance of `value` from the exact `reference` in units of the last place of the double nearest to it.
double error_in_ulp(double value, long double reference) {
  double const rounded = std::abs(static_cast<double>(reference));
  long double const ulp = std::nextafter(rounded, std::numeric_limits<double>::infinity()) - rounded;
  return static_cast<double>(std::abs(value - reference) / ulp);
}

}  // namespace

TEST_CASE("numbers print in the shortest form that reads back") {
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(3) == "3");
  CHECK(shortest(-3) == "-3");
  CHECK(shortest(0) == "0");
  CHECK(shortest(1e20) == "1e+20");
  CHECK(shortest(100000000) == "1e+08");
  CHECK(shortest(123456789) == "123456789");
  CHECK(shortest(5e-324) == "5e-324");
  CHECK(shortest(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(shortest(2e-3) == "0.002");
  CHECK(shortest(9007199254740993.0) == "9007199254740992");
  CHECK(shortest(5.0e-5) == "5e-05");
  std::string out = "x=";
  append_shortest(out, 0.5);
  CHECK(out == "x=0.5");
  RandomStream stream(1, "test", 0);
  for (int i = 0; i < 10000; ++i) {
    auto const value = std::bit_cast<double>(stream.bits());
    // std::stod takes a subnormal number for an error.
    if (std::isnormal(value)) REQUIRE(std::stod(shortest(value)) == value);
  }
}

TEST_CASE("the portable logarithm is within 2 ulp over all magnitudes and near 1") {
  RandomStream stream(2, "test", 0);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    double const any = std::bit_cast<double>(stream.bits() >> 1U);
    double const near_one = 0.5 + stream.uniform();
    double const unit = stream.uniform();
    for (double const x : {any, near_one, unit}) {
      if (std::isfinite(x) && x > 0)
        worst = std::max(worst, error_in_ulp(portable_log(x), std::log(static_cast<long double>(x))));
    }
  }
  CAPTURE(worst);
  CHECK(worst < 2);
  CHECK(worst > 0.4);  // no correctly rounded result is this far off: the measure itself works
}

TEST_CASE("the portable exponential is within 4 ulp over its whole range") {
  RandomStream stream(3, "test", 0);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    double const wide = 1400 * stream.uniform() - 700;
    double const narrow = 2 * stream.uniform() - 1;
    for (double const x : {wide, narrow}) {
      worst = std::max(worst, error_in_ulp(portable_exp(x), std::exp(static_cast<long double>(x))));
    }
  }
  CAPTURE(worst);
  CHECK(worst < 4);
  CHECK(worst > 0.4);
}

TEST_CASE("the portable log1p and expm1 are within 5 ulp, near 0 too") {
  RandomStream stream(4, "test", 0);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    double const small = std::ldexp(2 * stream.uniform() - 1, -static_cast<int>(stream.below(60)));
    double const large = 700 * stream.uniform();
    for (double const x : {small, large}) {
      auto const exact = static_cast<long double>(x);
      worst = std::max(worst, error_in_ulp(portable_expm1(x), std::expm1(exact)));
      worst = std::max(worst, error_in_ulp(portable_expm1(-x), std::expm1(-exact)));
      worst = std::max(worst, error_in_ulp(portable_log1p(x), std::log1p(exact)));
    }
  }
  CAPTURE(worst);
  CHECK(worst < 5);
  CHECK(worst > 0.4);
  CHECK(portable_log1p(0) == 0);
  CHECK(portable_expm1(0) == 0);
}

TEST_CASE("the portable functions have these very bits") {
  auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  CHECK(bits(portable_log(1)) == 0);
  CHECK(bits(portable_exp(0)) == bits(1.0));
  CHECK(bits(portable_log(2)) == 0x3fe62e42fefa39efULL);
  CHECK(bits(portable_log(10)) == 0x40026bb1bbb55516ULL);
  CHECK(bits(portable_log(0.3)) == 0xbff34378fcbda721ULL);
  CHECK(bits(portable_log(5e-324)) == 0xc0874385446d71c3ULL);
  CHECK(bits(portable_exp(1)) == 0x4005bf0a8b14576aULL);
  CHECK(bits(portable_exp(-0.7)) == 0x3fdfc80db9dd5542ULL);
  CHECK(bits(portable_exp(700)) == 0x7f0d945df4f8ec8eULL);
  CHECK(bits(portable_exp(-700)) == 0x00d14f2b0fb9307fULL);
}
