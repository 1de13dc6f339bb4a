#include "privacy/entropy_bounds.hpp"

#include <algorithm>
#include <cassert>
#include <numbers>

#include "sim/base/portable_math.hpp"

namespace coinfer {

std::optional<double> gaussian_entropy_bound(double dimension, double variance) {
  assert(dimension >= 1 && variance >= 0);
  if (variance == 0) return std::nullopt;
  // The logarithm in two parts, since a large variance times a constant could overflow.
  double const constant = portable_log(2 * std::numbers::pi) + 1;
  return dimension / 2 * (constant + portable_log(variance));
}

std::optional<double> feature_entropy_bound(CutRadius const& cut) {
  double const dimension = static_cast<double>(cut.dimension);
  return gaussian_entropy_bound(dimension, cut.global_variance / dimension);
}

std::optional<double> decision_entropy_bound(CutRadius const& cut) {
  double const dimension = static_cast<double>(cut.dimension);
  return gaussian_entropy_bound(dimension, cut.within_class_variance / dimension);
}

double label_entropy(CutRadius const& cut) {
  double entropy = 0;
  for (ClassRadius const& entry : cut.classes) {
    double const share = static_cast<double>(entry.samples) / static_cast<double>(cut.samples);
    if (share < 1) entropy -= share * portable_log(share);
  }
  return entropy;
}

std::optional<double> representation_entropy_bound(CutRadius const& cut) {
  auto const feature = feature_entropy_bound(cut);
  auto const decision = decision_entropy_bound(cut);
  if (!feature || !decision) return feature;
  return std::min(*feature, *decision + label_entropy(cut));
}

std::optional<double> input_ambiguity_bound(std::optional<InputEntropy> const& input,
                                            std::optional<double> representation_entropy) {
  if (!input || !representation_entropy) return std::nullopt;
  return input->entropy_nats - *representation_entropy - input->discretisation_nats;
}

}  // namespace coinfer
