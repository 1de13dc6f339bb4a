// Which class each sample belongs to: by its true label, or by what a classifier predicted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// Samples grouped by label. A class is a label that occurs: classes without a sample do not exist here.
struct ClassLabels {
  std::vector<std::int64_t> labels;     ///< The distinct labels, ascending.
  std::vector<std::uint64_t> counts;    ///< Samples of each of them, at least 1.
  std::vector<std::uint32_t> class_of;  ///< Of each sample, the index of its label in `labels`.
};

/// Most classes that are taken for classes; more distinct values are likely no labels.
inline constexpr std::size_t most_classes = 100000;

/// Groups samples by label; there are at most `most_classes` distinct ones (asserted).
ClassLabels group_labels(std::span<std::int64_t const> labels);

/// Reads a `.npy` file of whole numbers ('<i4', '<i8', '|u1'), one for each sample: shape (N) or (N, 1).
std::optional<ClassLabels> load_labels(std::filesystem::path const& path, Diagnostics& diagnostics);

}  // namespace coinfer
