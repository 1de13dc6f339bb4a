// Putting a tensor on the network: framing, serialising, and encryption where it is asked for or an enclave asks for it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "privacy/protocol.hpp"

namespace coinfer {

/// One message: its bytes without framing, and what they are.
struct Parcel {
  std::vector<std::string> names;  ///< canonical name first
  Bytes fixed;
  double bytes_per_token = 0;
  double bytes_per_sequence = 0;
  double bytes_per_further_token = 0;
  bool only_further = false;  ///< empty for a request that gets no token after its first
  /// How the values are protected by themselves, wherever they are and whoever gets them; absent: not at all.
  std::optional<Protection> by_itself = std::nullopt;
};

/// Adds the steps that carry tensors from one place to another.
class Wire {
 public:
  /// All outlive the wire.
  Wire(ProtocolInput const& input, std::vector<PlanProblem>& problems) : input_(input), problems_(problems) {}

  /// Sends a parcel in a message of its own; returns the step after which the receiver has it. With a serialising time the
  /// message waits that long first, as a delay. Between a device and itself nothing happens; then nothing is returned.
  ///
  /// What ends in an enclave arrives sealed. It travels encrypted whatever the scenario says, since the channel begins at
  /// the enclave's evidence; so does what an enclave sends to the data owner. What is masked needs no such channel: it is
  /// made to be seen. Elsewhere the scenario decides. With encryption: AES-256-GCM on the sender, ciphertext on the links,
  /// AES on the receiver, each taking bytes / AES rate of one core: inside an enclave of a cpu, else on the first cpu of
  /// the device (for an enclave of a gpu: the cpu of its confidential machine, whose slowdown is left out). A missing route
  /// or AES rate is a problem.
  std::optional<PhaseBuilder::Step> send(PhaseBuilder& phase, ProcessorRef from, ProcessorRef to, Parcel const& parcel,
                                         std::span<PhaseBuilder::Step const> after);

 private:
  PhaseBuilder::Step cipher(PhaseBuilder& phase, ProcessorRef at, Bytes fixed, AmountRule const& bytes,
                            std::span<PhaseBuilder::Step const> after);

  ProtocolInput const& input_;
  std::vector<PlanProblem>& problems_;
};

/// Where general work of a device runs: its first cpu, or its first processor where it has none.
ProcessorRef general_processor(Platform const& platform, DeviceId device);

/// How the memory of a place protects what is computed there.
Protection protection_at(ProcessorRef place);

/// The canonical name of tensors that cross together, their short names joined with "+", and for a single one its full name
/// and aliases.
std::vector<std::string> names_of(Model const& model, std::span<LayerId const> tensors);

}  // namespace coinfer
