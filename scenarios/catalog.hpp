// Everything a scenario may call by name.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "platforms/platform_catalog.hpp"
#include "privacy/leakage_table.hpp"
#include "sim/base/diagnostics.hpp"
#include "workloads/model_catalog.hpp"

namespace coinfer {

/// The catalogues of the rooms, with the files of one extra folder (`--catalog DIR`) on top. Leakage tables are not looked
/// up by name but joined, and are read when the first scenario that needs them is loaded.
struct Catalog {
  /// Throws InputError when `extra` is missing or holds a broken file.
  explicit Catalog(std::optional<std::filesystem::path> const& extra_folder)
      : extra(extra_folder), platforms(extra_folder), models(extra_folder) {}

  /// The leakage tables of these models at least, read once: every scenario of a sweep shares them. Problems go to
  /// `diagnostics`, and are told each time. Throws InputError where a file cannot be read.
  [[nodiscard]] std::shared_ptr<LeakageTables const> leakage(std::set<std::string, std::less<>> const& of_models,
                                                             Diagnostics& diagnostics) const;

  std::optional<std::filesystem::path> extra;
  PlatformCatalog platforms;
  ModelCatalog models;

 private:
  mutable std::shared_ptr<LeakageTables const> leakage_;
  mutable std::set<std::string, std::less<>> leakage_models_;  ///< those that `leakage_` holds
};

}  // namespace coinfer
