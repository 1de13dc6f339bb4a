// The sums that class radii are made of, from one reading of all activations by several threads.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "privacy/class_labels.hpp"
#include "privacy/npy.hpp"

namespace coinfer {

/// What the computation may take beside the labels.
struct RadiusResources {
  /// For means. Where those of all classes do not fit, rows are read class by class; where those of one class do not fit,
  /// columns are read in blocks.
  std::size_t means_bytes = std::size_t{16} << 20;
  std::size_t chunk_bytes = std::size_t{4} << 20;  ///< For values read at once, by all threads together.
  unsigned threads = 0;                            ///< Most of them; 0 takes one for each processor.
};

/// Sums over the columns.
struct RadiusSums {
  std::vector<double> squares;       ///< Of each class: sum over its samples of |z - mu_c|^2.
  double inter_class_distance2 = 0;  ///< sum_c |mu_c - mu|^2.
  double between_classes = 0;        ///< sum_c N_c |mu_c - mu|^2.
};

/// Adds up all activations; there are as many labels as rows. Columns are cut into pieces of fixed width, each of which one
/// thread adds up row after row, and the sums of the pieces are added from left to right: the bits do not depend on
/// `resources`. Nothing where a value is NaN or infinite or a square leaves the range of a double. Throws InputError where
/// the file can no longer be read.
std::optional<RadiusSums> radius_sums(NpyFile const& activations, ClassLabels const& labels, RadiusResources resources);

}  // namespace coinfer
