#include "scenarios/cli/known_figures.hpp"

#include <algorithm>

#include "sim/base/errors.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

void check_name(char const* kind, std::string const& name, std::vector<std::string> const& names) {
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  std::string const hint = did_you_mean(name, names);
  throw InputError("no leakage figure has " + std::string(kind) + " '" + name + "'" +
                   (hint.empty() ? "" : " " + hint + "?"));
}

}  // namespace

std::vector<KnownPair> pairs_of(std::span<LeakageRow const> rows) {
  std::vector<KnownPair> pairs;
  for (LeakageRow const& row : rows) {
    bool const known = std::any_of(pairs.begin(), pairs.end(), [&](KnownPair const& pair) {
      return pair.model == row.model && pair.dataset == row.dataset;
    });
    if (!known) pairs.push_back({row.model, row.dataset});
  }
  return pairs;
}

void check_names(std::vector<KnownPair> const& known, std::string const& model, std::string const& dataset) {
  std::vector<std::string> models;
  std::vector<std::string> datasets;
  for (KnownPair const& pair : known) {
    models.push_back(pair.model);
    datasets.push_back(pair.dataset);
  }
  check_name("model", model, models);
  check_name("data set", dataset, datasets);
}

std::optional<std::filesystem::path> catalog_folder(std::string const& name) {
  if (name.empty()) return std::nullopt;
  if (!std::filesystem::is_directory(name)) throw InputError(name + ": is not a folder");
  return name;
}

}  // namespace coinfer
