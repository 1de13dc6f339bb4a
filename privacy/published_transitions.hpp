// Transitions that someone published without the figures to compute them from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/diagnostics.hpp"
#include "sim/base/source.hpp"

namespace coinfer {

/// The word for a data set that stands for all of them: the publication names none.
inline constexpr std::string_view any_dataset = "any";

/// One published statement: where a model's transition is, or that it has none.
struct PublishedTransition {
  std::string model;
  std::string dataset;             ///< Or `any_dataset`.
  std::optional<std::string> cut;  ///< The first cut of decision level, or its alias; nothing: there is no transition.
  std::string method;              ///< How it was found: "relative_drop", or "not_stated".
  Source source;
  Location where;
};

/// The columns of a table of transitions, in order: model,dataset,transition,cut,method,source,grade. None but `cut` may be
/// empty. `transition` is "at_cut", and then `cut` is needed, or "none", and then it is empty. Lines that start with '#'
/// before the header document the file.
std::string_view published_transitions_header();

/// Adds the rows of `text` to `transitions`. Problems, each with its place, go to `diagnostics`; so does a statement for a
/// model and data set that contradicts an earlier one by the same method.
void load_published_transitions(std::string const& file, std::string_view text,
                                std::vector<PublishedTransition>& transitions, Diagnostics& diagnostics);

/// The embedded statements (privacy/catalog/transitions.csv), then those of `extra`/privacy/transitions.csv where it
/// exists. Throws InputError where that file cannot be read.
std::vector<PublishedTransition> load_transition_catalog(std::optional<std::filesystem::path> const& extra,
                                                         Diagnostics& diagnostics);

/// The statements for that model that hold for that data set. None does not mean that there is no transition.
std::vector<PublishedTransition const*> published_for(std::vector<PublishedTransition> const& transitions,
                                                      std::string_view model, std::string_view dataset);

}  // namespace coinfer
