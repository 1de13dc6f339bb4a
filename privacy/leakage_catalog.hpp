// The leakage tables that ship with the program, and those a user adds.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "privacy/leakage_table.hpp"

namespace coinfer {

/// The embedded tables (privacy/catalog/leakage_*.csv), then those of `extra`/privacy/leakage_*.csv in the order of their
/// names. An extra folder without such files adds nothing; its figures cannot replace shipped ones, only stand beside them.
/// Problems go to `diagnostics`. Throws InputError where a file cannot be read.
LeakageTables load_leakage_catalog(std::optional<std::filesystem::path> const& extra, Diagnostics& diagnostics);

/// The same, but of the embedded tables only the rows of these models: a scenario needs a hundred of thousands, and reading
/// all would take longer than starting the program.
LeakageTables load_leakage_of(std::set<std::string, std::less<>> const& models,
                              std::optional<std::filesystem::path> const& extra, Diagnostics& diagnostics);

}  // namespace coinfer
