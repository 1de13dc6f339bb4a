// How much memory a part of a model needs, to compare with what a device has.
#pragma once

#include <span>

#include "workloads/model.hpp"

namespace coinfer {

/// Memory for one sample through `layers` (in model order, without repetition), in the model's compute type:
///
///   sum of weight bytes + largest sum of activations that are alive at the same time
///
/// A tensor is alive from when it is made (or received from outside the list) until its last reader in the list has run, or
/// to the end if it leaves the list; in a chain that is the largest pair of input and output. Leaves out the workspace of
/// kernels, the runtime itself, and in-place operators, which save memory.
Bytes memory_needed(Model const& model, std::span<LayerId const> layers);

}  // namespace coinfer
