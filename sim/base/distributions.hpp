// Random quantities drawn from a named stream, with the same bits on every machine.
#pragma once

#include <variant>

#include "sim/base/random.hpp"

namespace coinfer {

struct Constant {
  double value;  ///< >= 0
};
struct Exponential {
  double mean;  ///< > 0
};
struct Uniform {
  double low, high;  ///< 0 <= low <= high
};
/// Gamma by mean and coefficient of variation: shape 1/cv^2, scale mean*cv^2 (Marsaglia and Tsang, ACM TOMS 2000).
struct Gamma {
  double mean;  ///< > 0
  double cv;    ///< > 0
};
struct LogNormal {
  double median;  ///< > 0
  double sigma;   ///< >= 0, standard deviation of the natural logarithm
};

/// A random quantity; its unit is that of the context.
using Distribution = std::variant<Constant, Exponential, Uniform, Gamma, LogNormal>;

/// One draw, always finite and >= 0.
double draw(Distribution const& distribution, RandomStream& stream);

/// The same quantity in another unit: every value times `factor` >= 0.
Distribution scaled(Distribution const& distribution, double factor);

/// The exact mean.
double mean(Distribution const& distribution);

}  // namespace coinfer
