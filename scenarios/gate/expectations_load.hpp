// From the `expect` of a scenario or sweep file to expectations.
#pragma once

#include <vector>

#include "scenarios/expectation.pb.h"
#include "scenarios/gate/expectation.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/located.hpp"

namespace coinfer {

using ExpectationMessages = google::protobuf::RepeatedPtrField<proto::Expectation>;

/// The expectations, after problems with their bounds: none given, or no value between them. `parent` is the view of the
/// file, in which they stand as `expect`.
std::vector<Expectation> load_expectations(ExpectationMessages const& messages, Where const& parent,
                                           Diagnostics& diagnostics);

/// Adds a problem where the metric of a message is no figure of the scenario. Returns whether it is one.
bool check_metric(proto::Expectation const& message, Where const& where, Scenario const& scenario,
                  Diagnostics& diagnostics);

}  // namespace coinfer
