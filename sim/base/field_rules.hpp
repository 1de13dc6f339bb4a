// Checks a message against the `rules` options of its schema (sim/base/rules.proto): required fields, ranges, enums left
// at their UNSET value, and finiteness, for the message and everything below it.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "sim/base/located.hpp"

namespace coinfer {

/// Adds one located problem per violation: "rate_per_s is -3 (must be above 0)", "field 'name' is missing".
void check_rules(google::protobuf::Message const& message, Where const& where, Diagnostics& diagnostics);

/// The problem of a oneof of which nothing is set: "none of 'poisson', 'fixed_rate' is given".
std::string none_given(google::protobuf::OneofDescriptor const& oneof);

}  // namespace coinfer
