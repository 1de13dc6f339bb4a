// Where the numbers of one message come from: which fields a source covers, and which numbers no source covers.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/rules.pb.h"
#include "sim/base/source.hpp"

namespace coinfer {

/// One source and the fields it covers. A field path stands inside the carrying message, with elements named by their
/// `name` where they have one and by index elsewhere: "memory_gib", "processors[cpu].rates[0].efficiency". A path covers
/// everything below it.
struct FieldSource {
  std::vector<std::string> fields;
  Source source;
  std::string note;  ///< how the number was obtained; empty where it was copied
};

/// The schema's sources as ours; an unset grade counts as ASSUMED.
std::vector<FieldSource> field_sources_of(google::protobuf::RepeatedPtrField<proto::FieldSource> const& sources);

/// The first source that covers `path`, or null: the number is then ASSUMED.
FieldSource const* find_source(std::vector<FieldSource> const& sources, std::string_view path);

/// Paths of every number set in `message` and below it, in the order of the schema. Enumerations, truth values and text are
/// not numbers; a field named "sources" is not looked into.
std::vector<std::string> number_paths(google::protobuf::Message const& message);

/// Those of `number_paths(message)` that no source covers.
std::vector<std::string> uncovered_numbers(google::protobuf::Message const& message,
                                           std::vector<FieldSource> const& sources);

/// True when `covering` equals `path` or is an enclosing part of it: "processors[cpu]" covers "processors[cpu].rates",
/// "processors" covers both, and "process" covers neither.
bool covers(std::string_view covering, std::string_view path);

}  // namespace coinfer
