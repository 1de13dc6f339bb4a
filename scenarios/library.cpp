#include "scenarios/library.hpp"

#include <algorithm>

namespace coinfer {

std::span<EmbeddedFile const> library_scenario_files();

namespace {

std::string_view name_of(EmbeddedFile const& file) {
  std::string_view name = file.path.substr(file.path.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

}  // namespace

std::vector<std::string> library_scenario_names() {
  std::vector<std::string> names;
  for (EmbeddedFile const& file : library_scenario_files()) names.emplace_back(name_of(file));
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<EmbeddedFile> find_library_scenario(std::string_view name) {
  for (EmbeddedFile const& file : library_scenario_files()) {
    if (name_of(file) == name) return file;
  }
  return std::nullopt;
}

}  // namespace coinfer
