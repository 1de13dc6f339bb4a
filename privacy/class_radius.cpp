#include "privacy/class_radius.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace coinfer {

namespace {

/// Says why the sums are not finite: the first value in the file that is no number, or squares beyond a double.
template <class Scalar>
void refuse(NpyFile const& file, std::size_t chunk_bytes, Diagnostics& diagnostics) {
  Location const where{file.name(), 0, 0};
  std::uint64_t const columns = std::clamp<std::uint64_t>(chunk_bytes / sizeof(Scalar), 1, file.columns());
  std::vector<Scalar> values(columns);
  for (std::uint64_t row = 0; row < file.rows(); ++row) {
    for (std::uint64_t first = 0; first < file.columns(); first += columns) {
      auto const piece = std::span(values).first(std::min(columns, file.columns() - first));
      file.read(row, 1, first, piece.size(), std::as_writable_bytes(piece));
      auto const found =
          std::find_if(piece.begin(), piece.end(), [](Scalar value) { return !std::isfinite(static_cast<double>(value)); });
      if (found == piece.end()) continue;
      auto const column = first + static_cast<std::uint64_t>(found - piece.begin());
      diagnostics.add(where,
                      "value " + std::to_string(column) + " of sample " + std::to_string(row) + " is " +
                          (std::isnan(static_cast<double>(*found)) ? "NaN" : "infinite"),
                      "both count from 0");
      return;
    }
  }
  diagnostics.add(where, "the sums of its squares exceed a double");
}

void refuse(NpyFile const& file, std::size_t chunk_bytes, Diagnostics& diagnostics) {
  if (file.type() == NpyType::float16) return refuse<Eigen::half>(file, chunk_bytes, diagnostics);
  if (file.type() == NpyType::float32) return refuse<float>(file, chunk_bytes, diagnostics);
  if (file.type() == NpyType::float64) return refuse<double>(file, chunk_bytes, diagnostics);
  // Whole numbers are finite and have squares that a double holds, and so do their sums.
}

}  // namespace

std::optional<double> CutRadius::radius2_per_global_variance() const {
  if (global_variance == 0) return std::nullopt;
  return mean_radius2 / global_variance;
}

std::size_t CutRadius::single_sample_classes() const {
  auto const alone = std::count_if(classes.begin(), classes.end(), [](ClassRadius const& c) { return c.samples == 1; });
  return static_cast<std::size_t>(alone);
}

std::optional<CutRadius> class_radius(NpyFile const& activations, ClassLabels const& labels, Diagnostics& diagnostics,
                                      RadiusResources resources) {
  if (activations.rows() != labels.class_of.size()) {
    diagnostics.add({activations.name(), 0, 0}, "has " + std::to_string(activations.rows()) + " samples",
                    "there are " + std::to_string(labels.class_of.size()) + " labels");
    return std::nullopt;
  }
  auto const sums = radius_sums(activations, labels, resources);
  if (!sums) {
    refuse(activations, resources.chunk_bytes, diagnostics);
    return std::nullopt;
  }
  CutRadius result;
  result.samples = activations.rows();
  result.dimension = activations.columns();
  double const total = static_cast<double>(result.samples);
  double const classes = static_cast<double>(labels.labels.size());
  double squares = 0;
  for (std::size_t c = 0; c < labels.labels.size(); ++c) {
    double const radius2 = sums->squares[c] / static_cast<double>(labels.counts[c]);
    result.classes.push_back({labels.labels[c], labels.counts[c], radius2});
    result.mean_radius2 += radius2 / classes;
    squares += sums->squares[c];
  }
  result.within_class_variance = squares / total;
  result.inter_class_distance2 = sums->inter_class_distance2 / classes;
  result.global_variance = (squares + sums->between_classes) / total;
  if (!std::isfinite(result.mean_radius2 + result.inter_class_distance2 + result.global_variance)) {
    refuse(activations, resources.chunk_bytes, diagnostics);
    return std::nullopt;
  }
  return result;
}

}  // namespace coinfer
