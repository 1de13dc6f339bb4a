// The steps of which plans of token models are made: token ids and hidden states that cross, passes through a segment, and
// a whole answer by one server.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "privacy/protocols/enclave_steps.hpp"
#include "privacy/protocols/segment.hpp"
#include "privacy/protocols/wire.hpp"

namespace coinfer {

class TokenSteps {
 public:
  using Steps = std::vector<PhaseBuilder::Step>;

  /// All outlive the object. The model must be one of tokens (asserted).
  TokenSteps(ProtocolInput const& input, PlanBuilder& builder, std::vector<PlanProblem>& problems);

  /// Where the data owner's own ids are: its device, in the normal world.
  [[nodiscard]] ProcessorRef home() const { return home_; }
  [[nodiscard]] ProtocolInput const& input() const { return input_; }
  [[nodiscard]] PlanBuilder& builder() { return builder_; }

  /// Messages. The prompt: one id per token. What one pass yields: one id per sequence, or per token of a pass that checks
  /// drafts; of an encoder its output. The rest of an answer: one id per token after the first, all in one message, which
  /// ends the answer and is sent even where it is empty.
  [[nodiscard]] Parcel prompt() const;
  [[nodiscard]] Parcel yield(bool every_token = false) const;
  [[nodiscard]] Parcel rest_of_answer() const;
  /// Activations between segments, one row per token in the wire's type.
  [[nodiscard]] Parcel activations(std::span<LayerId const> tensors) const;

  /// Sends, and returns after what the receiver has it: the message, or `after` where both are one device.
  Steps send(PhaseBuilder& phase, ProcessorRef from, ProcessorRef to, Parcel const& parcel, Steps after);

  /// A pass through a segment that no server serves, with its crossings. `meaning` is what it leaves in memory.
  PhaseBuilder::Step pass(PhaseBuilder& phase, Segment const& segment, Steps const& after);
  /// The iteration phase of the server at a segment's place: crossings, and one step with the segment's cost.
  void iteration(Segment const& segment, ServerConfig const& server);
  /// A call of the server at a place.
  PhaseBuilder::Step serve(PhaseBuilder& phase, ProcessorRef place, ServeForm form, Steps const& after) {
    return phase.serve(place, form, after);
  }
  /// A whole answer by the server at `place`, once what it needs of the prompt is there: opening, the first token to the
  /// data owner, beside it the rest, and the other ids to the data owner. An encoder has the opening alone and its output.
  /// Where the server leaves openings to another, that one opens and answers first, and the keys and values cross (one
  /// message as large as the prompt's) before the rest begins.
  void answer(PhaseBuilder& phase, ProcessorRef place, Steps const& after);
  /// Sends what a pass yields to the data owner, if the result is returned at all; returns the step after which it is
  /// there.
  PhaseBuilder::Step deliver(PhaseBuilder& phase, ProcessorRef from, Parcel const& parcel, PhaseBuilder::Step after);

  /// The server that does the openings for the one at `place`; absent where that does its own. A name that none has is a
  /// problem, and so is one in the normal world for a server in an enclave.
  std::optional<ProcessorRef> opener(ProcessorRef place);

 private:
  PhaseBuilder::Step add(PhaseBuilder& phase, Segment const& segment, ServerConfig const* server, Steps after);
  [[nodiscard]] PlanTask meaning_of(PhaseBuilder& phase, Segment const& segment) const;
  [[nodiscard]] Copies copies_of(Segment const& segment) const;

  ProtocolInput const& input_;
  PlanBuilder& builder_;
  std::vector<PlanProblem>& problems_;
  Wire wire_;
  ProcessorRef home_;
  bool encoder_;
  double id_bytes_;
};

}  // namespace coinfer
