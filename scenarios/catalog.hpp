// Everything a scenario may call by name.
#pragma once

#include <filesystem>
#include <optional>

#include "platforms/platform_catalog.hpp"
#include "workloads/model_catalog.hpp"

namespace coinfer {

/// The catalogues of the rooms, with the files of one extra folder (`--catalog DIR`) on top. Leakage tables are not looked
/// up by name but joined, and are read when a scenario is loaded.
struct Catalog {
  /// Throws InputError when `extra` is missing or holds a broken file.
  explicit Catalog(std::optional<std::filesystem::path> const& extra_folder)
      : extra(extra_folder), platforms(extra_folder), models(extra_folder) {}

  std::optional<std::filesystem::path> extra;
  PlatformCatalog platforms;
  ModelCatalog models;
};

}  // namespace coinfer
