// Options of the commands that read recorded activations.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "privacy/radius_table.hpp"

namespace coinfer {

/// Largest order file or table of radii that is read.
inline constexpr std::size_t longest_text = std::size_t{4} << 20;

/// Where activations and their classes are.
struct ActivationArguments {
  std::string folder;
  std::string labels;
  std::string predicted;
  std::string order;

  /// Adds --activations, --labels, --predicted and --order.
  void add_to(CLI::App& command);
  /// Whether any of them is given.
  [[nodiscard]] bool given() const;
  /// The files that are read, the activations among them.
  [[nodiscard]] std::vector<std::string> inputs() const;
  /// A row for each cut and grouping, by labels first. Throws InputError with everything that is wrong.
  [[nodiscard]] std::vector<RadiusRow> compute() const;
};

}  // namespace coinfer
