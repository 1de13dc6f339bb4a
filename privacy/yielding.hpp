// What iterations show of whom: of every member of the batch, or only of those that get a token.
#pragma once

#include "privacy/plan.hpp"

namespace coinfer {

/// Whether a task of an iteration shows something only of those members of the batch that get a token: a part of a prompt
/// that yields nothing shows no answer, and sends nothing that is sent of last positions only.
bool shows_yielding_only(Plan const& plan, Phase const& iteration, std::uint32_t task);

}  // namespace coinfer
