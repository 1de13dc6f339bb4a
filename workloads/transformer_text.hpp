// What people read about a token model.
#pragma once

#include <string>

#include "workloads/model.hpp"

namespace coinfer {

/// Lines on the weights by type, keys and values per token, arithmetic per token and attended token, and the work of a
/// prefill and a decode step at an example length (1024 tokens, or the largest context where that is less). `model` must be
/// a token model (asserted).
std::string transformer_text(Model const& model);

}  // namespace coinfer
