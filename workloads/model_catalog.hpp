// The models and cost traces that scenarios may name.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/located.hpp"
#include "workloads/catalog_files.hpp"
#include "workloads/workloads.pb.h"

namespace coinfer {

/// A file of the catalogue as text: the name used in places, and the bytes.
struct CatalogText {
  std::string file;
  std::string content;
};

/// Entries by name. A model is parsed when it is first asked for, since a scenario uses few of many; a catalogue is
/// therefore not for several threads at once. Returned pointers stay valid as long as the catalogue.
class ModelCatalog {
 public:
  /// The embedded entries and, if given, `folder`/workloads/model_NAME.textproto and trace_NAME.csv, which replace embedded
  /// ones of their name; a folder without a subfolder workloads/ adds nothing. Throws InputError when `folder` is missing.
  explicit ModelCatalog(std::optional<std::filesystem::path> const& folder = std::nullopt,
                        std::span<EmbeddedFile const> embedded = workloads_catalog_files());

  /// The model, checked against the rules of its schema, or null. Throws InputError when its file cannot be read or has a
  /// problem, or when it holds a model of another name. `load_model` makes a Model of it.
  [[nodiscard]] Located<proto::Model> const* find_model(std::string_view name) const;
  /// Names in alphabetical order.
  [[nodiscard]] std::vector<std::string> model_names() const;

  /// The text of a cost trace for `load_cost_trace`, or null. Throws InputError when its file cannot be read.
  [[nodiscard]] CatalogText const* find_trace(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> trace_names() const;

 private:
  template <class Content>
  struct Entry {
    std::string file;  ///< path from the repository root, or of the extra folder
    std::optional<std::string_view> embedded;
    std::optional<Content> read;  ///< absent until it is asked for
  };
  template <class Content>
  using Entries = std::map<std::string, Entry<Content>, std::less<>>;

  void insert(std::string const& file, std::optional<std::string_view> embedded);

  mutable Entries<Located<proto::Model>> models_;
  mutable Entries<CatalogText> traces_;
};

}  // namespace coinfer
