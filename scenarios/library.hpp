// The scenarios and sweeps that ship with the program.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/embedded.hpp"

namespace coinfer {

/// Names in alphabetical order: the file names without folder and ending.
std::vector<std::string> library_scenario_names();
/// The file of that name, or nothing.
std::optional<EmbeddedFile> find_library_scenario(std::string_view name);
/// The same for sweeps, whose files end in ".sweep.textproto".
std::vector<std::string> library_sweep_names();
std::optional<EmbeddedFile> find_library_sweep(std::string_view name);
/// The schema files, in dependency order.
std::span<EmbeddedFile const> schema_files();

}  // namespace coinfer
