// From a sweep file to a sweep: parse, find the scenario, check everything.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "scenarios/catalog.hpp"
#include "scenarios/sweep/sweep.hpp"
#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// At how many points the scenario must load. Points that do not load may be what a sweep wants to find out (a model that
/// does not fit the memory), but a scenario that loads nowhere is a mistake.
enum class MustLoad {
  somewhere,     ///< at the first point, or at the first or last value of some axis
  at_every_end,  ///< at the first point, and at the first and last value of each axis
};

/// The sweep of a file, or nothing after located problems, all that could be found at once. Throws InputError when the file
/// cannot be read.
std::optional<Sweep> load_sweep(std::filesystem::path const& path, Catalog const& catalog, Diagnostics& diagnostics,
                                MustLoad must_load = MustLoad::somewhere);

/// The same from text; `path` is the name used in places, and its folder is where the scenario is looked for.
std::optional<Sweep> load_sweep_text(std::filesystem::path const& path, std::string const& text, Catalog const& catalog,
                                     Diagnostics& diagnostics, MustLoad must_load = MustLoad::somewhere);

/// A scenario as it is written: the file, whose folder is where its relative paths start, and its text, without the
/// settings of the sweep.
struct SweptScenario {
  std::filesystem::path file;
  std::string text;
};

/// The scenario of a sweep. Throws InputError when it cannot be read.
SweptScenario read_swept_scenario(Sweep const& sweep);

/// Whether a file is a sweep by its name: NAME.sweep.textproto.
bool is_sweep_file(std::filesystem::path const& path);

}  // namespace coinfer
