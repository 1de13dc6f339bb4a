// From a scenario file to a scenario: parse, override, check everything, compile the plans.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/catalog.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// What the command line adds to a file.
struct LoadOptions {
  std::vector<std::string> assignments;  ///< "path=value", applied in order
  std::optional<std::uint64_t> seed;     ///< replaces the file's
};

/// The scenario of a file, or nothing after located problems, all that could be found at once. Throws InputError when the
/// file cannot be read or the catalogue is broken.
std::optional<Scenario> load_scenario(std::filesystem::path const& path, LoadOptions const& options, Catalog const& catalog,
                                      Diagnostics& diagnostics);

/// The same from text; `file` is the name used in places, and its folder is where relative paths start.
std::optional<Scenario> load_scenario_text(std::filesystem::path const& file, std::string const& text,
                                           LoadOptions const& options, Catalog const& catalog, Diagnostics& diagnostics);

}  // namespace coinfer
