// Field paths: `devices[phone].count` by name, `links[2].latency_ms` by index, `stop.requests`.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/base/located.hpp"

namespace coinfer {

/// Sets one field from text (`value` as it would stand in a text file; a string may omit its quotes) and records where it
/// now comes from: file "--set PATH=VALUE". An index one past the end of a repeated field appends. A path that does not
/// exist, an unknown name, or a value of the wrong type is a located problem with a suggestion. Returns whether it was set.
bool set_field(google::protobuf::Message& message, LocationTree& tree, std::string_view path, std::string_view value,
               Diagnostics& diagnostics);

/// The path with the index of every element in the place of its name, "devices[0].count", so that two ways to write the
/// same field compare equal; nothing after the problems that `set_field` would find with the path. `value` matters only
/// where a list is replaced whole.
std::optional<std::string> indexed_path(google::protobuf::Message const& message, std::string_view path,
                                        std::string_view value, Diagnostics& diagnostics);

/// Splits "path=value" at the equals sign that stands in no brackets; nothing where there is none.
std::optional<std::pair<std::string_view, std::string_view>> split_assignment(std::string_view assignment);

/// Splits "path=value" and calls `set_field`.
bool set_field(google::protobuf::Message& message, LocationTree& tree, std::string_view assignment,
               Diagnostics& diagnostics);

}  // namespace coinfer
