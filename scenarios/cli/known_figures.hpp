// Choosing figures by the names of a model and a data set, so that a misspelt name is told and never reads as a gap.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "privacy/leakage_table.hpp"

namespace coinfer {

/// A model and a data set about which something is known.
struct KnownPair {
  std::string model;
  std::string dataset;
};

/// Each pair of the rows, as first met.
std::vector<KnownPair> pairs_of(std::span<LeakageRow const> rows);

/// Throws InputError, with what may have been meant, where `model` or `dataset` is given and no pair has it.
void check_names(std::vector<KnownPair> const& known, std::string const& model, std::string const& dataset);

/// What --catalog names; nothing where it is not given. Throws InputError where it is no folder.
std::optional<std::filesystem::path> catalog_folder(std::string const& name);

}  // namespace coinfer
