// From a scenario file to a scenario: parse, override, check everything, compile the plans.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/catalog.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/scenario.pb.h"
#include "sim/base/diagnostics.hpp"
#include "sim/base/located.hpp"

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

/// What it means that an expectation is of a figure that the scenario does not have.
enum class AbsentFigures {
  are_problems,
  are_not_measured,  ///< What a sweep changes may take away what the scenario as it is written has.
};

/// The same from a message that has been read already.
std::optional<Scenario> load_scenario_message(std::filesystem::path const& file, Located<proto::Scenario> const& located,
                                              Catalog const& catalog, Diagnostics& diagnostics,
                                              AbsentFigures absent_figures = AbsentFigures::are_problems);

/// The text of a scenario file. Throws InputError when it cannot be read.
std::string read_scenario_file(std::filesystem::path const& path);

/// The text with the options applied and the place of every field, not checked any further; nothing after located problems.
std::optional<Located<proto::Scenario>> read_scenario_text(std::filesystem::path const& file, std::string const& text,
                                                           LoadOptions const& options, Diagnostics& diagnostics);

}  // namespace coinfer
