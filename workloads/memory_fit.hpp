// How much memory a part of a model needs, to compare with what a device has.
#pragma once

#include <span>

#include "workloads/model.hpp"

namespace coinfer {

/// What one pass holds at a time: its samples, or of a token model its new tokens and the sequences that want a next one.
struct BatchSize {
  double tokens = 1;
  double sequences = 1;  ///< outputs of the head or pooler; of no meaning to a model of parts
};

/// Memory for one pass through `layers` (in model order, without repetition), activations in the model's compute type:
///
///   sum of weight bytes + largest sum of activations that are alive at the same time
///
/// A tensor is alive from when it is made (or received from outside the list) until its last reader in the list has run, or
/// to the end if it leaves the list; in a chain that is the largest pair of input and output. Leaves out the workspace of
/// kernels, the runtime itself, and in-place operators, which save memory. Keys and values that a token model keeps are not
/// in it: they grow with the requests, and the server accounts for them. A head that shares the embedding's table needs a
/// copy of its own where the embedding is not in the list.
Bytes memory_needed(Model const& model, std::span<LayerId const> layers, BatchSize batch = {});

}  // namespace coinfer
