// Putting a tensor on the network: framing, and encryption where it is asked for.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "privacy/protocol.hpp"

namespace coinfer {

/// Adds the steps that carry a tensor from one device to another.
class Wire {
 public:
  /// All outlive the wire.
  Wire(ProtocolInput const& input, PhaseBuilder& phase, std::vector<PlanProblem>& problems)
      : input_(input), phase_(phase), problems_(problems) {}

  /// Sends `amount` bytes of the tensor `names` (canonical name first), plus framing; returns the step after which the
  /// receiver has it. With encryption: AES-256-GCM on the sender, ciphertext on the links, AES on the receiver, each taking
  /// bytes / AES rate of one core. A missing route or AES rate is a problem.
  PhaseBuilder::Step send(Journey journey, Bytes amount, std::vector<std::string> const& names,
                          std::span<PhaseBuilder::Step const> after);

 private:
  PhaseBuilder::Step cipher(DeviceId device, Bytes amount, std::span<PhaseBuilder::Step const> after);

  ProtocolInput const& input_;
  PhaseBuilder& phase_;
  std::vector<PlanProblem>& problems_;
};

}  // namespace coinfer
