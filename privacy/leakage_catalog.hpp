// The leakage tables that ship with the program, and those a user adds.
#pragma once

#include <filesystem>
#include <optional>

#include "privacy/leakage_table.hpp"

namespace coinfer {

/// The embedded tables (privacy/catalog/leakage_*.csv), then those of `extra`/privacy/leakage_*.csv in the order of their
/// names. An extra folder without such files adds nothing; its figures cannot replace shipped ones, only stand beside them.
/// Problems go to `diagnostics`. Throws InputError where a file cannot be read.
LeakageTables load_leakage_catalog(std::optional<std::filesystem::path> const& extra, Diagnostics& diagnostics);

}  // namespace coinfer
