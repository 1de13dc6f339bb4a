// Reading a cost trace from CSV.
//
// The file has the header
//
//   model,device,processor,first_layer,last_layer,time_s,source,grade
//
// and one row per measured span: the seconds that one sample (batch 1) took from `first_layer` to `last_layer`, both
// included, in model order. Layers are named as in the model (name, short name or alias); `device` is a name of the device
// catalogue; `source` is the citation and `grade` one of MEASURED, PUBLISHED, SECONDARY, DERIVED, ASSUMED. Spans of one
// processor do not overlap. Lines that start with '#' before the header are comments.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/diagnostics.hpp"
#include "workloads/cost_trace.hpp"
#include "workloads/model.hpp"

namespace coinfer {

/// The rows of `text` for `model`; rows for other models are not looked at. Nothing after located problems (`file` is the
/// name used in places): missing columns, unknown layers, overlapping spans, negative or non-numeric times, missing
/// sources, unknown grades, or no row for the model.
std::optional<CostTrace> load_cost_trace(std::string const& file, std::string_view text, Model const& model,
                                         Diagnostics& diagnostics);

}  // namespace coinfer
