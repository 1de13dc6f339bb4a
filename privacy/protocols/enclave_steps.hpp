// The steps that an enclave adds around the work inside it: entering and leaving, copies over its bridge, and its evidence.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "privacy/protocol.hpp"

namespace coinfer {

/// The enclave of a place; it must have one (asserted).
Enclave const& enclave_of(Platform const& platform, ProcessorRef place);

/// Bytes that a pass brings in and takes out.
struct Copies {
  Bytes fixed;
  double per_token = 0;
  double per_sequence = 0;
};

/// What must be over before work at `place` begins, when it may begin after `after`: in the normal world that is `after`.
/// For an enclave: one crossing on its processor, and where there is a bridge its toll, toll per sequence and all copies of
/// the pass, in and out, one pass at a time. Unknown costs count as none; `note_unknown` says so.
std::vector<PhaseBuilder::Step> enter(PhaseBuilder& phase, Platform const& platform, ProcessorRef place,
                                      Copies const& copies, std::vector<PhaseBuilder::Step> after);
/// The step after which the work is out again: `done` in the normal world, for an enclave one more crossing.
PhaseBuilder::Step leave(PhaseBuilder& phase, Platform const& platform, ProcessorRef place, PhaseBuilder::Step done);

/// Notes for the user about what is not known of the enclave of a place and counts as none.
void note_unknown(PlanBuilder& builder, Platform const& platform, ProcessorRef place);

/// The setup phases of the enclaves among `places`: initialisation, once before anything; and, as often as the scenario
/// says, the evidence of each enclave that is not on the data owner's device: the owner's challenge, the quote (one station
/// of its own), the evidence on its way back, and its verification on the owner's general processor. Challenge and evidence
/// carry the framing alone: their few kilobytes are left out. An enclave of whose attestation nothing is known has none,
/// and a note. Nobody but the data owner checks evidence: enclaves do not check each other.
void set_up_enclaves(PlanBuilder& builder, ProtocolInput const& input, std::span<ProcessorRef const> places,
                     std::vector<PlanProblem>& problems);

}  // namespace coinfer
