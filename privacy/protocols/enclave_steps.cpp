#include "privacy/protocols/enclave_steps.hpp"

#include <cassert>

#include "privacy/attribution.hpp"
#include "privacy/protocols/wire.hpp"

namespace coinfer {

namespace {

using Steps = std::vector<PhaseBuilder::Step>;

std::string name_of(Platform const& platform, ProcessorRef place) {
  return "'" + platform.device(place.device).name + "." + enclave_of(platform, place).name + "'";
}

PhaseBuilder::Step cross(PhaseBuilder& phase, Enclave const& enclave, ProcessorRef place, Steps const& after) {
  return phase.compute(StationRef{place}, *enclave.entry, crossing_part, PlanTask{}, after);
}

/// One enclave's evidence: challenge, quote, evidence, verification.
void attest(PhaseBuilder& phase, ProtocolInput const& input, ProcessorRef place) {
  EnclaveAttestation const& known = *enclave_of(input.platform, place).attestation;
  Steps const asked = {phase.transfer({input.source, place.device}, input.wire.framing, PlanTask{}, {})};
  StationRef const quoting{place, StationRef::Unit::quoting};
  Steps const quoted = {phase.compute(quoting, known.quote.value_or(Seconds(0)), attestation_part, PlanTask{}, asked)};
  Steps const there = {phase.transfer({place.device, input.source}, input.wire.framing, PlanTask{}, quoted)};
  if (!known.verify) return;
  phase.compute(StationRef{general_processor(input.platform, input.source)}, *known.verify, attestation_part, PlanTask{},
                there);
}

SetupScope scope_of(Attestation attestation) {
  if (attestation == Attestation::at_start) return SetupScope::start;
  return attestation == Attestation::per_request ? SetupScope::request : SetupScope::device;
}

}  // namespace

Enclave const& enclave_of(Platform const& platform, ProcessorRef place) {
  assert(place.enclave.has_value());
  return platform.device(place.device).enclaves.at(*place.enclave);
}

Steps enter(PhaseBuilder& phase, Platform const& platform, ProcessorRef place, Copies const& copies, Steps after) {
  if (!place.enclave) return after;
  Enclave const& enclave = enclave_of(platform, place);
  if (enclave.entry) after = {cross(phase, enclave, place, after)};
  if (!enclave.bridge) return after;
  Seconds fixed = enclave.bridge->toll.value_or(Seconds(0));
  AmountRule rule;
  rule.per_sequence = enclave.bridge->toll_per_sequence.value();
  rule.per_prompt = enclave.bridge->toll_per_prompt.value();
  if (enclave.bridge->rate) {
    double const rate = enclave.bridge->rate->value();
    fixed += copies.fixed / *enclave.bridge->rate;
    rule.per_token += copies.per_token / rate;
    rule.per_sequence += copies.per_sequence / rate;
  }
  return {phase.compute({place, StationRef::Unit::bridge}, fixed, crossing_part, PlanTask{}, after, rule)};
}

PhaseBuilder::Step leave(PhaseBuilder& phase, Platform const& platform, ProcessorRef place, PhaseBuilder::Step done) {
  if (!place.enclave || !enclave_of(platform, place).entry) return done;
  return cross(phase, enclave_of(platform, place), place, {done});
}

void note_unknown(PlanBuilder& builder, Platform const& platform, ProcessorRef place) {
  if (!place.enclave) return;
  Enclave const& enclave = enclave_of(platform, place);
  std::string const name = name_of(platform, place);
  if (!enclave.entry && !enclave.bridge)
    builder.note("enclave " + name + ": the cost of a crossing is unknown, counted as none");
  if (enclave.bridge && !enclave.bridge->toll)
    builder.note("enclave " + name + ": the toll of its bridge is unknown, counted as none");
  if (enclave.bridge && !enclave.bridge->rate) {
    builder.note("enclave " + name + ": the bandwidth of its bridge is unknown, bytes cross at no cost");
  }
  if (!enclave.compute_slowdown || !enclave.memory_slowdown) {
    builder.note("enclave " + name + ": a slowdown is unknown and counted as none, times are lower estimates");
  }
}

void set_up_enclaves(PlanBuilder& builder, ProtocolInput const& input, std::span<ProcessorRef const> places,
                     std::vector<PlanProblem>& problems) {
  Steps none;
  PhaseBuilder& own = builder.setup(SetupScope::device);
  PhaseBuilder& start = builder.setup(SetupScope::start);
  PhaseBuilder& evidence = builder.setup(scope_of(input.attestation));
  for (ProcessorRef place : places) {
    if (!place.enclave) continue;
    Enclave const& enclave = enclave_of(input.platform, place);
    note_unknown(builder, input.platform, place);
    if (enclave.initialisation) {
      (place.device == input.source ? own : start)
          .compute(StationRef{place}, *enclave.initialisation, enclave_part, PlanTask{}, none);
    } else {
      builder.note("enclave " + name_of(input.platform, place) + ": the time to set it up is unknown, counted as none");
    }
    if (place.device == input.source || input.attestation == Attestation::none) continue;
    if (!enclave.attestation) {
      builder.note("enclave " + name_of(input.platform, place) + ": nothing is known of its attestation, it is left out");
    } else if (input.platform.route(input.source, place.device)) {
      if (!enclave.attestation->quote) {
        builder.note("enclave " + name_of(input.platform, place) + ": the time of a quote is unknown, counted as none");
      }
      if (!enclave.attestation->verify) {
        builder.note("enclave " + name_of(input.platform, place) +
                     ": the time to verify a quote is unknown, counted as none");
      }
      attest(evidence, input, place);
    } else {
      problems.push_back({"no route between '" + input.platform.device(input.source).name + "' and '" +
                              input.platform.device(place.device).name + "'",
                          "the evidence of enclave " + name_of(input.platform, place) + " cannot reach the data owner"});
    }
  }
}

}  // namespace coinfer
