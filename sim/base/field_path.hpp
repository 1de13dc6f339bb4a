// Field paths: `devices[phone].count` by name, `links[2].latency_ms` by index, `stop.requests`.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "sim/base/located.hpp"

namespace coinfer {

/// Sets one field from text (`value` as it would stand in a text file; a string may omit its quotes) and records where it
/// now comes from: file "--set PATH=VALUE". An index one past the end of a repeated field appends. A path that does not
/// exist, an unknown name, or a value of the wrong type is a located problem with a suggestion. Returns whether it was set.
bool set_field(google::protobuf::Message& message, LocationTree& tree, std::string_view path, std::string_view value,
               Diagnostics& diagnostics);

/// Splits "path=value" and calls `set_field`.
bool set_field(google::protobuf::Message& message, LocationTree& tree, std::string_view assignment,
               Diagnostics& diagnostics);

}  // namespace coinfer
