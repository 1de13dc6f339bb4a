// Token models along the segments of a placement.
#pragma once

#include <optional>
#include <vector>

#include "privacy/protocol.hpp"

namespace coinfer {

/// What one step of generation works on: the last token and those drafted ahead of it, each accepted with this probability
/// if those before it were.
struct StepShape {
  std::uint32_t tokens = 1;
  double acceptance = 0;
};

/// The plan of a token model (asserted) for any placement:
///
/// - All layers at one place with a server: ids up, `TokenSteps::answer`.
/// - All layers at one place without one: a pass over the prompt, the first token to the data owner; a pass for each
///   further token, which stays there; in the end the other ids to the data owner.
/// - Several segments: a pass over the prompt through all of them in model order, and the same for each step. A segment
///   with a server is opened with the prompt and then called for each step, in between its session is parked; one without
///   is a compute step. Each tensor goes to a device once per pass. The token that a pass yields returns to the data owner,
///   and to the first segment where that is elsewhere.
///
/// An encoder has one pass, and its output returns. A server that would have to serve two segments is a problem. Leaves
/// out: streaming of single tokens by a server (the rest of an answer comes in one message), the cost of drafting, and
/// overlap of messages with the work of a segment.
std::optional<Plan> run_token_stages(ProtocolInput const& input, std::vector<PlanProblem>& problems, StepShape step = {});

/// The plan of any model for its placement: `run_token_stages` for one of tokens, else `run_stages`.
std::optional<Plan> run_placement(ProtocolInput const& input, std::vector<PlanProblem>& problems);

}  // namespace coinfer
