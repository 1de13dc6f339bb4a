#include "scenarios/library.hpp"

#include <algorithm>

namespace coinfer {

std::span<EmbeddedFile const> library_scenario_files();

namespace {

std::string_view name_of(EmbeddedFile const& file) {
  std::string_view name = file.path.substr(file.path.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

bool is_sweep(EmbeddedFile const& file) { return file.path.ends_with(".sweep.textproto"); }

std::vector<std::string> names(bool sweeps) {
  std::vector<std::string> found;
  for (EmbeddedFile const& file : library_scenario_files()) {
    if (is_sweep(file) == sweeps) found.emplace_back(name_of(file));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<EmbeddedFile> find(std::string_view name, bool sweep) {
  for (EmbeddedFile const& file : library_scenario_files()) {
    if (is_sweep(file) == sweep && name_of(file) == name) return file;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> library_scenario_names() { return names(false); }

std::optional<EmbeddedFile> find_library_scenario(std::string_view name) { return find(name, false); }

std::vector<std::string> library_sweep_names() { return names(true); }

std::optional<EmbeddedFile> find_library_sweep(std::string_view name) { return find(name, true); }

}  // namespace coinfer
