// The steps that protocols of the one-shot pattern share: run each stage of a placement, send what the next ones read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "privacy/protocol.hpp"

namespace coinfer {

/// A stage is a maximal set of layers on one processor that needs the same number of hand-overs before it. It computes when
/// everything it reads has arrived, and sends when it has finished; tensors that go the same way go together, and each goes
/// to a device once. The result returns to the source where the wire format says so. With encryption every transfer is
/// preceded and followed by AES on the devices at its ends. What it leaves out: overlap of sending and computing inside a
/// stage, and the cost of moving tensors between processors of one device.
std::optional<Plan> run_stages(ProtocolInput const& input, std::vector<PlanProblem>& problems);

/// The first layer (in model order) that is placed on the data owner's device, or on another one; nothing where there is
/// none.
std::optional<LayerId> first_layer_on_source(ProtocolInput const& input);
std::optional<LayerId> first_layer_away_from_source(ProtocolInput const& input);
/// The first layer that reads the model's input and is placed on another device.
std::optional<LayerId> first_reader_of_input_away_from_source(ProtocolInput const& input);

}  // namespace coinfer
