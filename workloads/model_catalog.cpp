#include "workloads/model_catalog.hpp"

#include "sim/base/errors.hpp"
#include "sim/base/field_rules.hpp"
#include "sim/base/files.hpp"
#include "sim/base/text_proto.hpp"

namespace coinfer {

namespace {

// NAME of "some/folder/PREFIXNAMESUFFIX", or nothing.
std::optional<std::string> entry_name(std::string_view path, std::string_view prefix, std::string_view suffix) {
  std::string_view const file = path.substr(path.rfind('/') + 1);
  if (file.size() <= prefix.size() + suffix.size() || !file.starts_with(prefix) || !file.ends_with(suffix)) {
    return std::nullopt;
  }
  return std::string(file.substr(prefix.size(), file.size() - prefix.size() - suffix.size()));
}

template <class Map>
std::vector<std::string> names_of(Map const& entries) {
  std::vector<std::string> names;
  for (auto const& [name, entry] : entries) names.push_back(name);
  return names;
}

Located<proto::Model> parse_model(std::string const& name, std::string const& file, std::string const& text) {
  Located<proto::Model> located;
  Diagnostics diagnostics;
  if (parse_text_proto(file, text, located, diagnostics)) {
    check_rules(located.message, located.where(), diagnostics);
    if (diagnostics.ok() && located.message.name() != name) {
      diagnostics.add(located.where().field("name"),
                      "the model is named '" + located.message.name() + "', its file is named for '" + name + "'",
                      "a model is found by the name of its file");
    }
  }
  if (!diagnostics.ok()) throw InputError(diagnostics);
  return located;
}

}  // namespace

ModelCatalog::ModelCatalog(std::optional<std::filesystem::path> const& folder, std::span<EmbeddedFile const> embedded) {
  for (EmbeddedFile const& file : embedded) insert(std::string(file.path), file.content);
  if (!folder) return;
  if (!std::filesystem::is_directory(*folder)) {
    throw InputError(folder->string() + ": is not a folder (the catalogue is looked for there)");
  }
  std::filesystem::path const room = *folder / "workloads";
  if (!std::filesystem::is_directory(room)) return;
  for (auto const& file : std::filesystem::directory_iterator(room)) insert(file.path().string(), std::nullopt);
}

void ModelCatalog::insert(std::string const& file, std::optional<std::string_view> embedded) {
  if (auto const model = entry_name(file, "model_", ".textproto")) models_[*model] = {file, embedded, std::nullopt};
  if (auto const trace = entry_name(file, "trace_", ".csv")) traces_[*trace] = {file, embedded, std::nullopt};
}

Located<proto::Model> const* ModelCatalog::find_model(std::string_view name) const {
  auto const found = models_.find(name);
  if (found == models_.end()) return nullptr;
  auto& entry = found->second;
  if (!entry.read) {
    entry.read =
        parse_model(found->first, entry.file, entry.embedded ? std::string(*entry.embedded) : read_file(entry.file));
  }
  return &*entry.read;
}

std::vector<std::string> ModelCatalog::model_names() const { return names_of(models_); }

CatalogText const* ModelCatalog::find_trace(std::string_view name) const {
  auto const found = traces_.find(name);
  if (found == traces_.end()) return nullptr;
  auto& entry = found->second;
  if (!entry.read) {
    entry.read = CatalogText{entry.file, entry.embedded ? std::string(*entry.embedded) : read_file(entry.file)};
  }
  return &*entry.read;
}

std::vector<std::string> ModelCatalog::trace_names() const { return names_of(traces_); }

}  // namespace coinfer
