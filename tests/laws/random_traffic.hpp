// When the requests of a random workload come, how long they are, and how they are sent.
#pragma once

#include <cstdint>
#include <string>

#include "tests/laws/random_platform.hpp"

namespace coinfer::laws {

/// Says in `unpaced` where these arrivals have no pace of their own, so that a number of requests must bound the run.
std::string random_arrivals(Draw& draw, bool& unpaced);

/// Wire type, framing, transport and the like. `tokens`: of a model of tokens.
std::string random_wire(Draw& draw, bool tokens);

/// Lengths of at most so many tokens; no output: of an encoder.
std::string random_lengths(Draw& draw, std::uint32_t most_prompt, std::uint32_t most_output);

}  // namespace coinfer::laws
