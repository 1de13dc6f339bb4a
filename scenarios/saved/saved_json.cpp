#include "scenarios/saved/saved_json.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "scenarios/report/report.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

/// Where byte `at` (counted from 1) of a text stands.
Location place_of(std::string const& file, std::string const& text, std::size_t at) {
  Location where{file, 1, 1};
  for (std::size_t i = 0; i + 1 < at && i < text.size(); ++i) {
    ++where.column;
    if (text[i] != '\n') continue;
    ++where.line;
    where.column = 1;
  }
  return where;
}

[[noreturn]] void refuse(Location where, std::string problem, std::string why = {}) {
  Diagnostics diagnostics;
  diagnostics.add(std::move(where), std::move(problem), std::move(why));
  throw InputError(std::move(diagnostics));
}

void check_version(std::string const& file, nlohmann::json const& json) {
  auto const found = json.find("schema_version");
  if (found == json.end()) refuse({file, 0, 0}, "no schema_version", "it is no file of a results folder");
  if (*found == schema_version) return;
  refuse({file, 0, 0}, "schema_version " + found->dump() + " is not known",
         "this program reads " + std::to_string(schema_version));
}

}  // namespace

SavedJson::SavedJson(std::filesystem::path const& file) {
  std::string const text = read_file(file);
  try {
    json_ = std::make_shared<nlohmann::json const>(nlohmann::json::parse(text));
  } catch (nlohmann::json::parse_error const& error) {
    refuse(place_of(file.string(), text, error.byte), "no JSON from here on", "is the file cut off?");
  }
  if (!json_->is_object()) refuse({file.string(), 1, 1}, "no JSON object", "it is no file of a results folder");
  check_version(file.string(), *json_);
}

nlohmann::json const* SavedJson::find(std::string_view path) const {
  nlohmann::json const* at = json_.get();
  while (!path.empty()) {
    if (path.front() == '[') {
      std::size_t const close = path.find(']');
      std::size_t index = 0;
      if (close == std::string_view::npos || !at->is_array()) return nullptr;
      auto const [end, error] = std::from_chars(path.data() + 1, path.data() + close, index);
      if (error != std::errc() || end != path.data() + close || index >= at->size()) return nullptr;
      at = &(*at)[index];
      path.remove_prefix(close + 1);
      if (path.starts_with('.')) path.remove_prefix(1);
      continue;
    }
    std::size_t const end = std::min(path.find_first_of(".["), path.size());
    if (!at->is_object()) return nullptr;
    auto const found = at->find(std::string(path.substr(0, end)));
    if (found == at->end()) return nullptr;
    at = &*found;
    path.remove_prefix(end);
    if (path.starts_with('.')) path.remove_prefix(1);
  }
  return at;
}

std::optional<double> SavedJson::number(std::string_view path) const {
  nlohmann::json const* const found = find(path);
  return found != nullptr && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

std::optional<std::string> SavedJson::text(std::string_view path) const {
  nlohmann::json const* const found = find(path);
  return found != nullptr && found->is_string() ? std::optional(found->get<std::string>()) : std::nullopt;
}

}  // namespace coinfer
