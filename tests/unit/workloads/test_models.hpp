// Models for the tests of this room.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "sim/base/field_rules.hpp"
#include "sim/base/text_proto.hpp"
#include "workloads/model_catalog.hpp"
#include "workloads/model_load.hpp"

namespace coinfer::test {

/// The model in `text`, whose problems go to `diagnostics` under the file name "m".
inline std::optional<Model> load_text(std::string const& text, Diagnostics& diagnostics) {
  Located<proto::Model> located;
  if (!parse_text_proto("m", text, located, diagnostics)) return std::nullopt;
  check_rules(located.message, located.where(), diagnostics);
  return load_model(located.message, located.where(), diagnostics);
}

/// The model in `text`, which must be right.
inline Model model_of(std::string const& text) {
  Diagnostics diagnostics;
  auto model = load_text(text, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(model.has_value());
  return *std::move(model);
}

/// What is wrong with the model in `text`.
inline std::string problems_of(std::string const& text) {
  Diagnostics diagnostics;
  auto const model = load_text(text, diagnostics);
  CHECK_FALSE(model.has_value());
  return diagnostics.text();
}

/// A model of the embedded catalogue.
inline Model catalog_model(std::string const& name) {
  ModelCatalog const catalog;
  auto const* const located = catalog.find_model(name);
  REQUIRE(located != nullptr);
  Diagnostics diagnostics;
  auto model = load_model(located->message, located->where(), diagnostics);
  INFO(diagnostics.text());
  REQUIRE(model.has_value());
  return *std::move(model);
}

}  // namespace coinfer::test
