// What two results were made of, where it is not the same.
#pragma once

#include <google/protobuf/message.h>

#include <vector>

#include "scenarios/compare/comparison.hpp"
#include "scenarios/saved/saved_json.hpp"

namespace coinfer {

/// Of two runs: version, engine and seed, then every field of the effective scenarios by its path.
std::vector<InputDifference> input_differences(SavedJson const& a, SavedJson const& b);

/// Of two sweep folders: version, every field of the sweeps, and of their scenarios as they are written.
std::vector<InputDifference> sweep_input_differences(SavedJson const& a, SavedJson const& b);

/// Every field that is not the same in two messages of one type, by its path after `prefix`. Elements of lists are told
/// apart by name where all have one, else by position.
void differing_fields(google::protobuf::Message const& a, google::protobuf::Message const& b, std::string const& prefix,
                      std::vector<InputDifference>& differences);

}  // namespace coinfer
