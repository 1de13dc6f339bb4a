#include "privacy/leakage_catalog.hpp"

#include <algorithm>

#include "privacy/catalog_files.hpp"
#include "privacy/leakage_load.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

bool is_leakage_table(std::filesystem::path const& path) {
  return path.extension() == ".csv" && path.filename().string().starts_with("leakage_");
}

/// In the order of their names, because a folder's own order differs between machines.
std::vector<std::filesystem::path> leakage_tables_in(std::filesystem::path const& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code unreadable;
  for (auto const& entry : std::filesystem::directory_iterator(folder, unreadable)) {
    if (is_leakage_table(entry.path())) paths.push_back(entry.path());
  }
  if (unreadable && unreadable != std::errc::no_such_file_or_directory) {
    throw InputError(folder.string() + ": cannot be read (" + unreadable.message() + ")");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

LeakageTables load(std::optional<std::filesystem::path> const& extra, CsvTable::RowFilter const& wanted,
                   Diagnostics& diagnostics) {
  LeakageTables tables;
  for (EmbeddedFile const& file : privacy_catalog_files()) {
    if (is_leakage_table(std::filesystem::path(file.path))) {
      load_leakage_table(std::string(file.path), file.content, tables, diagnostics, wanted);
    }
  }
  if (!extra) return tables;
  for (std::filesystem::path const& path : leakage_tables_in(*extra / "privacy")) {
    load_leakage_table(path.string(), read_file(path), tables, diagnostics);
  }
  return tables;
}

}  // namespace

LeakageTables load_leakage_catalog(std::optional<std::filesystem::path> const& extra, Diagnostics& diagnostics) {
  return load(extra, {}, diagnostics);
}

LeakageTables load_leakage_of(std::set<std::string, std::less<>> const& models,
                              std::optional<std::filesystem::path> const& extra, Diagnostics& diagnostics) {
  return load(
      extra, [&](std::string_view model) { return models.find(model) != models.end(); }, diagnostics);
}

}  // namespace coinfer
