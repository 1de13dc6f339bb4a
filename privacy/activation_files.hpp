// A folder of activations: one `.npy` file for each cut.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// The activations of one cut.
struct ActivationFile {
  std::string cut;  ///< The file's name without ".npy".
  std::filesystem::path path;
};

/// Whether `left` comes before `right` where digits count as numbers: "block_2" before "block_10".
bool comes_before(std::string_view left, std::string_view right);

/// The `.npy` files of a folder but those of `others` (labels that lie beside them), in the order of their names as
/// `comes_before` has it. A problem where the folder cannot be read or has none.
std::vector<ActivationFile> list_activations(std::filesystem::path const& folder,
                                             std::vector<std::filesystem::path> const& others, Diagnostics& diagnostics);

/// The files named by the text of an order file, in its order: one cut a line; empty lines and lines that start with '#'
/// are skipped; files that it does not name are left out. Problems, each with its line: a cut without a file, a cut named
/// twice, no cut at all. `order_file` is the name used in places.
std::vector<ActivationFile> order_activations(std::vector<ActivationFile> const& files, std::string const& order_file,
                                              std::string_view text, Diagnostics& diagnostics);

}  // namespace coinfer
