// How far the activations of a class lie from their mean: the intra-class mean-squared radius R_c^2 of one cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "privacy/class_labels.hpp"
#include "privacy/npy.hpp"
#include "privacy/radius_sums.hpp"
#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// One class at one cut.
struct ClassRadius {
  std::int64_t label = 0;
  std::uint64_t samples = 0;  ///< N_c >= 1.
  /// R_c^2 = (1/N_c) sum over i with y_i = c of |z_i - mu_c|^2, mu_c the mean of z in the class [arXiv 2506.15412 and its
  /// official code, PUBLISHED]. Summed over dimensions; 0 for a class of one sample.
  double radius2 = 0;
};

/// One cut. All squared distances are sums over the D dimensions, in the square of the activations' unit, >= 0: raw values
/// of cuts of different size do not compare.
struct CutRadius {
  std::uint64_t samples = 0;         ///< N.
  std::uint64_t dimension = 0;       ///< D: values of one sample.
  std::vector<ClassRadius> classes;  ///< Every class that has a sample, by label.
  double mean_radius2 = 0;           ///< R_c^2 of the cut: the mean of R_c^2 over these classes, each counted once.
  double within_class_variance = 0;  ///< (1/N) sum_i |z_i - mu_{y_i}|^2 = sum_c (N_c/N) R_c^2: classes by their size.
  double inter_class_distance2 = 0;  ///< (1/C) sum_c |mu_c - mu|^2, mu the mean of all samples.
  double global_variance = 0;        ///< (1/N) sum_i |z_i - mu|^2.

  /// R_c^2/D: mean squared distance of one value.
  [[nodiscard]] double radius2_per_dimension() const { return mean_radius2 / static_cast<double>(dimension); }
  /// R_c^2 / global variance, free of the activations' scale; nothing where the activations do not vary at all.
  [[nodiscard]] std::optional<double> radius2_per_global_variance() const;
  /// How many classes have one sample: each adds a radius of 0 to the mean, which says nothing about the cut.
  [[nodiscard]] std::size_t single_sample_classes() const;
};

/// Reads the activations once, in the order of the file or, where the means of all classes would take too much memory,
/// class by class (see RadiusResources); a mean and the squares about it for each class and column (Welford), summed over
/// columns. The bits of the result depend on neither `resources` nor the build. Nothing, and a problem in `diagnostics`,
/// where the number of labels differs from that of samples, a value is NaN or infinite (the first of them in the file is
/// named), or squares leave the range of a double. Throws InputError where the file can no longer be read.
std::optional<CutRadius> class_radius(NpyFile const& activations, ClassLabels const& labels, Diagnostics& diagnostics,
                                      RadiusResources resources = {});

}  // namespace coinfer
