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
/// preceded and followed by AES on the devices at its ends. Layers in an enclave cost what workloads/enclave_cost.hpp says,
/// each stage crosses in and out (protocols/enclave_steps.hpp), and the setup that enclaves need comes first. What it
/// leaves out: overlap of sending and computing inside a stage, and the cost of moving tensors between processors of one
/// device.
std::optional<Plan> run_stages(ProtocolInput const& input, std::vector<PlanProblem>& problems);

}  // namespace coinfer
