// `use: "entry"` in a scenario: the catalogue's entry with what the scenario gives written over, and whose sources still
// hold.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "platforms/field_source.hpp"
#include "sim/base/field_rules.hpp"
#include "sim/base/located.hpp"
#include "sim/base/overlay.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

/// Takes from the entry's sources the numbers that the scenario gives itself: a repeated field whole, since it is replaced
/// whole, any other number by its path. A path that covers others too is replaced by those.
template <class Message>
void drop_overridden_sources(Message& entry, Message const& over) {
  auto const given_numbers = number_paths(over);
  std::set<std::string> const given(given_numbers.begin(), given_numbers.end());
  auto const is_given = [&](std::string const& path) {
    auto const* field = Message::descriptor()->FindFieldByName(path.substr(0, path.find_first_of(".[")));
    if (field != nullptr && field->is_repeated()) return over.GetReflection()->FieldSize(over, field) > 0;
    return given.contains(path);
  };
  auto const numbers = number_paths(entry);
  for (auto& source : *entry.mutable_sources()) {
    std::vector<std::string> kept;
    for (auto const& field : source.fields()) {
      std::vector<std::string> below;
      bool whole = true;
      for (auto const& number : numbers) {
        if (!covers(field, number)) continue;
        if (is_given(number))
          whole = false;
        else
          below.push_back(number);
      }
      if (whole) below = {field};
      kept.insert(kept.end(), below.begin(), below.end());
    }
    source.mutable_fields()->Assign(kept.begin(), kept.end());
  }
  auto* sources = entry.mutable_sources();
  sources->erase(
      std::remove_if(sources->begin(), sources->end(), [](auto const& source) { return source.fields().empty(); }),
      sources->end());
}

/// The effective message: `entry` (null where `names` has none that `message` uses) with every field given in `message`
/// written over, checked against the rules of the schema. Fields that come from the catalogue keep their place there.
template <class Message>
Located<Message> resolve_use(Message const& message, Where const& where, Located<Message> const* entry,
                             std::vector<std::string> const& names, char const* kind, Diagnostics& diagnostics) {
  Located<Message> effective{message, where.tree()};
  if (message.has_use()) {
    if (entry == nullptr) {
      diagnostics.add(where.field("use"), std::string("no ") + kind + " '" + message.use() + "' in the catalogue", "",
                      did_you_mean(message.use(), names));
      return effective;
    }
    effective = *entry;
    // The scenario names its own parts.
    effective.message.clear_name();
    drop_overridden_sources(effective.message, message);
    auto const inherited = effective.message.sources();
    effective.message.clear_sources();
    overlay(effective.message, effective.tree, message, where.tree());
    effective.message.mutable_sources()->MergeFrom(inherited);
    // What stands nowhere is missing in the scenario, not in the catalogue.
    effective.tree.here = where.here();
  }
  check_rules(effective.message, effective.where(), diagnostics);
  return effective;
}

/// A problem at a field that a used entry brings lies in the scenario, which does not go with it: the entry alone is right.
template <class Message>
Diagnostic in_scenario(Diagnostic found, Located<Message> const* entry, Message const& message, Where const& where) {
  if (entry == nullptr || found.where.file != entry->tree.here.file) return found;
  found.where = where.field("use");
  found.why += (found.why.empty() ? "" : "; ") + std::string("catalogue entry '") + message.use() + "' brings it";
  return found;
}

}  // namespace coinfer
