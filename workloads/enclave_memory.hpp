// What the layers of a model do to the memory of an enclave, one after the other.
#pragma once

#include <span>
#include <vector>

#include "platforms/enclave.hpp"
#include "workloads/model.hpp"

namespace coinfer {

/// One layer of an execution.
struct MemoryStep {
  Bytes touched;      ///< brought in by this layer: weights it reads, its output, its workspace
  Bytes working_set;  ///< everything that is held while it runs
};

/// The steps of `layers` (in model order, without repetition) for one sample, activations in the model's compute type:
///
///   working set of layer i = weights of layers 0 .. i + activations held at i + workspace of i
///
/// Weights stay once they were read. An activation is held from when it is made (or received from outside the list) until
/// its last reader in the list has run, or to the end if it leaves the list; with `enclave.keeps_activations` all are held
/// to the end. A layer that works element by element without parameters (an activation function) and is the only reader of
/// its input writes in place. With `enclave.im2col` a convolution whose kernel is larger than 1x1 needs kernel^2 *
/// in_channels / groups
/// * out_h * out_w values of workspace. Leaves out weights in two copies, alignment, and the code and runtime inside. Not
/// for token models, whose working set depends on the pass (`memory_needed` and the KV cache).
std::vector<MemoryStep> memory_steps(Model const& model, std::span<LayerId const> layers, Enclave const& enclave);

}  // namespace coinfer
