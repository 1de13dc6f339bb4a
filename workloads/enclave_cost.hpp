// How long layers take inside an enclave.
#pragma once

#include <optional>
#include <span>

#include "platforms/device.hpp"
#include "workloads/cost_trace.hpp"
#include "workloads/enclave_memory.hpp"
#include "workloads/model.hpp"

namespace coinfer {

/// One layer, or any piece of work that runs inside in one go: a pass of a token model, a measured span.
struct InsideWork {
  Seconds compute_bound;  ///< what its arithmetic takes in the normal world
  Seconds memory_bound;   ///< what its memory traffic takes in the normal world
  Seconds fixed;          ///< launch cost, the same inside
  Bytes touched;          ///< memory it brings in where not everything fits
  Bytes working_set;      ///< memory held while it runs
};

/// The time inside in its three parts; their sum is the whole. Crossings, bridge, initialisation and attestation are steps
/// of their own and not in it.
struct EnclaveCost {
  Seconds compute;  ///< what the normal world would take
  Seconds enclave;  ///< what the slowdown adds
  Seconds paging;   ///< what the bytes beyond the protected memory add
  /// The first piece of work that does not fit; absent where everything does.
  std::optional<std::size_t> first_beyond;
  /// Something does not fit and what paging costs there is unknown: the caller must refuse, not price it at nothing.
  bool paging_unknown = false;
  /// A slowdown is unknown and counted as 1: the time is then a lower estimate.
  bool slowdown_unknown = false;

  [[nodiscard]] Seconds total() const { return compute + enclave + paging; }
};

/// Pieces of work inside, run one after the other as one execution. With C, M and F the compute-bound, memory-bound and
/// fixed time of a piece, T and W the bytes it touches and its working set, c and m the slowdowns, P the protected memory:
///
///   compute = sum max(C, M) + F
///   enclave = sum max(c C, m M) - max(C, M)
///   paging  = 0 while every W is at most P; else, from the first piece f beyond on,
///             jump + (min(T_f, W_f - P) + sum of T behind f) / rate
///
/// The jump is what the pages that were free until then cost at once: from one execution to the next they are put out
/// before they are read again. It is therefore paid in every execution (eviction of protected pages: Costan and Devadas,
/// "Intel SGX Explained", IACR ePrint 2016/086, section 5.5; the form is a fit to the measurements that
/// tests/validation/teeslice_test.cpp is about). Leaves out several enclaves that share the protected memory, prefetching,
/// and slowdowns that depend on the access pattern.
EnclaveCost enclave_cost(Enclave const& enclave, std::span<InsideWork const> work);

/// `layers` of a model (in model order, without repetition) for one sample inside `enclave` of `device`: the time of the
/// normal world as `compute_cost` (workloads/layer_cost.hpp) has it, working sets by `memory_steps`. A measured time does
/// not say what bounds it and is slowed by the larger factor. Nothing when a layer needs the roofline and the processor has
/// no rate for the model's compute type. Not for token models.
std::optional<EnclaveCost> enclave_cost(Model const& model, std::span<LayerId const> layers, Device const& device,
                                        Enclave const& enclave, CostTrace const* trace);

}  // namespace coinfer
