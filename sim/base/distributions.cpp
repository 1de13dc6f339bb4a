#include "sim/base/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/portable_math.hpp"

namespace coinfer {

namespace {

/// Largest magnitude that `portable_exp` takes.
constexpr double largest_exponent = 700;

/// A product may exceed the largest double where a mean is near it; a draw is finite all the same.
double finite(double value) { return std::min(value, std::numeric_limits<double>::max()); }

/// Standard normal by Marsaglia's polar method (SIAM Review 1964). The second value of a pair is dropped: a stream then has
/// no hidden state. sqrt is exact by IEEE 754.
double normal(RandomStream& stream) {
  for (;;) {
    double const x = 2 * stream.uniform() - 1;
    double const y = 2 * stream.uniform() - 1;
    double const square = x * x + y * y;
    if (square > 0 && square < 1) return x * std::sqrt(-2 * portable_log(square) / square);
  }
}

/// Gamma of scale 1 and shape >= 1: Marsaglia and Tsang, "A simple method for generating gamma variables", 2000.
double gamma_at_least_one(double shape, RandomStream& stream) {
  double const d = shape - 1.0 / 3.0;
  double const c = 1 / std::sqrt(9 * d);
  for (;;) {
    double const x = normal(stream);
    double const root = 1 + c * x;
    if (root <= 0) continue;
    double const v = root * root * root;
    double const u = stream.uniform();
    if (portable_log(u) < 0.5 * x * x + d * (1 - v + portable_log(v))) return d * v;
  }
}

double draw_one(Constant const& constant, RandomStream&) { return constant.value; }

double draw_one(Exponential const& exponential, RandomStream& stream) {
  return finite(exponential.mean * -portable_log(stream.uniform()));
}

double draw_one(Uniform const& uniform, RandomStream& stream) {
  return std::min(uniform.low + (uniform.high - uniform.low) * stream.uniform(), uniform.high);
}

double draw_one(Gamma const& gamma, RandomStream& stream) {
  double const square = gamma.cv * gamma.cv;
  // Below this a draw differs from the mean by less than the numbers resolve, and the shape would overflow.
  constexpr double least_square = 1e-30;
  if (square < least_square) return gamma.mean;
  double const shape = 1 / square;
  if (shape >= 1) return finite(gamma.mean * (gamma_at_least_one(shape, stream) * square));
  // A draw of shape + 1 times u^(1/shape) has the shape (Marsaglia and Tsang, section 6).
  double const boosted = gamma_at_least_one(shape + 1, stream) * square;
  double const exponent = portable_log(stream.uniform()) * square;
  if (exponent < -largest_exponent) return 0;
  return finite(gamma.mean * (boosted * portable_exp(exponent)));
}

double draw_one(LogNormal const& log_normal, RandomStream& stream) {
  double const exponent = std::clamp(log_normal.sigma * normal(stream), -largest_exponent, largest_exponent);
  return finite(log_normal.median * portable_exp(exponent));
}

double mean_of(Constant const& constant) { return constant.value; }
double mean_of(Exponential const& exponential) { return exponential.mean; }
double mean_of(Uniform const& uniform) { return uniform.low + (uniform.high - uniform.low) / 2; }
double mean_of(Gamma const& gamma) { return gamma.mean; }
double mean_of(LogNormal const& log_normal) {
  double const exponent = std::min(log_normal.sigma * log_normal.sigma / 2, largest_exponent);
  return finite(log_normal.median * portable_exp(exponent));
}

}  // namespace

double draw(Distribution const& distribution, RandomStream& stream) {
  return std::visit([&stream](auto const& kind) { return draw_one(kind, stream); }, distribution);
}

double mean(Distribution const& distribution) {
  return std::visit([](auto const& kind) { return mean_of(kind); }, distribution);
}

Distribution scaled(Distribution const& distribution, double factor) {
  struct Scale {
    double factor;
    Distribution operator()(Constant const& d) const { return Constant{d.value * factor}; }
    Distribution operator()(Exponential const& d) const { return Exponential{d.mean * factor}; }
    Distribution operator()(Uniform const& d) const { return Uniform{d.low * factor, d.high * factor}; }
    Distribution operator()(Gamma const& d) const { return Gamma{d.mean * factor, d.cv}; }
    Distribution operator()(LogNormal const& d) const { return LogNormal{d.median * factor, d.sigma}; }
  };
  return std::visit(Scale{factor}, distribution);
}

}  // namespace coinfer
