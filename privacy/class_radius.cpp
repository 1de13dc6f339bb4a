#include "privacy/class_radius.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <cmath>

namespace coinfer {

namespace {

/// Sums over the columns seen so far.
struct RadiusSums {
  std::vector<double> squares;       ///< Of each class: sum over its samples of |z - mu_c|^2.
  double inter_class_distance2 = 0;  ///< sum_c |mu_c - mu|^2.
  double between_classes = 0;        ///< sum_c N_c |mu_c - mu|^2.
};

/// Class means and squares of some of the columns.
class RadiusBlock {
 public:
  RadiusBlock(std::size_t classes, Eigen::Index columns)
      : means_(Eigen::MatrixXd::Zero(columns, static_cast<Eigen::Index>(classes))), counts_(classes), squares_(classes) {}

  /// Adds one sample; the squared distance from the mean before it, which is not finite where a value is not.
  template <class Scalar>
  double add(std::size_t class_index, Scalar const* values) {
    double const before = static_cast<double>(counts_[class_index]++);
    double const weight = 1 / (before + 1);
    auto mean = means_.col(static_cast<Eigen::Index>(class_index)).array();
    double distance2 = 0;
    // In pieces, so that the differences stay in the fastest cache.
    for (Eigen::Index first = 0; first < mean.size(); first += piece) {
      Eigen::Index const size = std::min(piece, mean.size() - first);
      Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1> const> const row(values + first, size);
      Eigen::Array<double, Eigen::Dynamic, 1, Eigen::ColMajor, piece> delta =
          row.template cast<double>() - mean.segment(first, size);
      distance2 += delta.matrix().squaredNorm();
      mean.segment(first, size) += delta * weight;
    }
    squares_[class_index] += distance2 * (before * weight);
    return distance2;
  }

  /// Every class has had its samples.
  void finish(ClassLabels const& labels, RadiusSums& sums) const {
    Eigen::Index const classes = means_.cols();
    // Relative to the first class, so that a large common offset costs no digits.
    Eigen::VectorXd offset = Eigen::VectorXd::Zero(means_.rows());
    double const total = static_cast<double>(labels.class_of.size());
    for (Eigen::Index c = 1; c < classes; ++c) offset += (share(labels, c) / total) * (means_.col(c) - means_.col(0));
    for (Eigen::Index c = 0; c < classes; ++c) {
      double const distance2 = (means_.col(c) - means_.col(0) - offset).squaredNorm();
      sums.squares[static_cast<std::size_t>(c)] += squares_[static_cast<std::size_t>(c)];
      sums.inter_class_distance2 += distance2;
      sums.between_classes += share(labels, c) * distance2;
    }
  }

 private:
  static constexpr Eigen::Index piece = 512;

  static double share(ClassLabels const& labels, Eigen::Index c) {
    return static_cast<double>(labels.counts[static_cast<std::size_t>(c)]);
  }

  Eigen::MatrixXd means_;  ///< columns x classes
  std::vector<std::uint64_t> counts_;
  std::vector<double> squares_;
};

template <class Scalar>
void refuse_row(NpyFile const& file, std::uint64_t row, std::uint64_t first_column, std::span<Scalar const> values,
                Diagnostics& diagnostics) {
  Location const where{file.name(), 0, 0};
  for (std::size_t i = 0; i < values.size(); ++i) {
    double const value = static_cast<double>(values[i]);
    if (std::isfinite(value)) continue;
    diagnostics.add(where,
                    "value " + std::to_string(first_column + i) + " of sample " + std::to_string(row) + " is " +
                        (std::isnan(value) ? "NaN" : "infinite"),
                    "both count from 0");
    return;
  }
  diagnostics.add(where, "the squares of sample " + std::to_string(row) + " exceed a double", "samples count from 0");
}

/// Adds the columns [first, first + columns) of every row; false where a row cannot be used.
template <class Scalar>
bool add_columns(NpyFile const& file, ClassLabels const& labels, std::uint64_t first, std::uint64_t columns,
                 std::uint64_t chunk_rows, RadiusSums& sums, Diagnostics& diagnostics) {
  RadiusBlock block(labels.labels.size(), static_cast<Eigen::Index>(columns));
  std::vector<Scalar> chunk(std::min(chunk_rows, file.rows()) * columns);
  for (std::uint64_t row = 0; row < file.rows(); row += chunk_rows) {
    std::uint64_t const rows = std::min(chunk_rows, file.rows() - row);
    std::span<Scalar> const values = std::span(chunk).first(rows * columns);
    file.read(row, rows, first, columns, std::as_writable_bytes(values));
    for (std::uint64_t i = 0; i < rows; ++i) {
      if (std::isfinite(block.add(labels.class_of[row + i], &values[i * columns]))) continue;
      refuse_row<Scalar>(file, row + i, first, values.subspan(i * columns, columns), diagnostics);
      return false;
    }
  }
  block.finish(labels, sums);
  return true;
}

template <class Scalar>
bool add_all(NpyFile const& file, ClassLabels const& labels, RadiusMemory memory, RadiusSums& sums,
             Diagnostics& diagnostics) {
  std::uint64_t const columns_for_means = memory.means_bytes / (labels.labels.size() * sizeof(double));
  std::uint64_t const columns_for_chunk = memory.chunk_bytes / sizeof(Scalar);
  std::uint64_t const width = std::clamp<std::uint64_t>(std::min(columns_for_means, columns_for_chunk), 1, file.columns());
  for (std::uint64_t first = 0; first < file.columns(); first += width) {
    std::uint64_t const columns = std::min(width, file.columns() - first);
    std::uint64_t const chunk_rows = std::max<std::uint64_t>(1, columns_for_chunk / columns);
    if (!add_columns<Scalar>(file, labels, first, columns, chunk_rows, sums, diagnostics)) return false;
  }
  return true;
}

bool add_values(NpyFile const& file, ClassLabels const& labels, RadiusMemory memory, RadiusSums& sums,
                Diagnostics& diagnostics) {
  switch (file.type()) {
    case NpyType::float16:
      return add_all<Eigen::half>(file, labels, memory, sums, diagnostics);
    case NpyType::float32:
      return add_all<float>(file, labels, memory, sums, diagnostics);
    case NpyType::float64:
      return add_all<double>(file, labels, memory, sums, diagnostics);
    case NpyType::int32:
      return add_all<std::int32_t>(file, labels, memory, sums, diagnostics);
    case NpyType::int64:
      return add_all<std::int64_t>(file, labels, memory, sums, diagnostics);
    case NpyType::uint8:
      return add_all<std::uint8_t>(file, labels, memory, sums, diagnostics);
  }
  return false;
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
                                      RadiusMemory memory) {
  if (activations.rows() != labels.class_of.size()) {
    diagnostics.add({activations.name(), 0, 0}, "has " + std::to_string(activations.rows()) + " samples",
                    "there are " + std::to_string(labels.class_of.size()) + " labels");
    return std::nullopt;
  }
  RadiusSums sums;
  sums.squares.resize(labels.labels.size());
  if (!add_values(activations, labels, memory, sums, diagnostics)) return std::nullopt;
  CutRadius result;
  result.samples = activations.rows();
  result.dimension = activations.columns();
  double const total = static_cast<double>(result.samples);
  double const classes = static_cast<double>(labels.labels.size());
  double squares = 0;
  for (std::size_t c = 0; c < labels.labels.size(); ++c) {
    double const radius2 = sums.squares[c] / static_cast<double>(labels.counts[c]);
    result.classes.push_back({labels.labels[c], labels.counts[c], radius2});
    result.mean_radius2 += radius2 / classes;
    squares += sums.squares[c];
  }
  result.within_class_variance = squares / total;
  result.inter_class_distance2 = sums.inter_class_distance2 / classes;
  result.global_variance = (squares + sums.between_classes) / total;
  if (!std::isfinite(result.mean_radius2 + result.inter_class_distance2 + result.global_variance)) {
    diagnostics.add({activations.name(), 0, 0}, "the sums of its squares exceed a double");
    return std::nullopt;
  }
  return result;
}

}  // namespace coinfer
