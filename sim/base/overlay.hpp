// What `use: "entry"` means: the entry, with every field given beside it written over.
#pragma once

#include <google/protobuf/message.h>

#include "sim/base/located.hpp"

namespace coinfer {

/// Writes the fields set in `over` onto `base`: a scalar replaces, a sub-message is overlaid in turn, a repeated field is
/// replaced whole. `base_tree` takes the places of what was written over: of each such field, and of
/// every message it stands in, so that a field missing in the end is looked for where the user writes. Both messages have
/// one type (asserted).
void overlay(google::protobuf::Message& base, LocationTree& base_tree, google::protobuf::Message const& over,
             LocationTree const& over_tree);

}  // namespace coinfer
