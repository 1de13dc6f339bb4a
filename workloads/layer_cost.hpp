// How long a list of layers takes on a processor, and how we know.
#pragma once

#include <optional>
#include <span>

#include "platforms/device.hpp"
#include "workloads/cost_trace.hpp"
#include "workloads/model.hpp"

namespace coinfer {

/// Compute time of one sample (batch 1) and where it comes from.
struct ComputeCost {
  Seconds time;      ///< measured + roofline
  Seconds measured;  ///< the part that a cost trace knows
  Seconds roofline;  ///< the part that is estimated
  std::size_t measured_layers = 0;
  std::size_t roofline_layers = 0;
  /// Whether some estimated layer was priced without a memory bandwidth, or without a launch cost, because the processor
  /// has none on record: the time is then a lower estimate.
  bool memory_term_missing = false;
  bool launch_term_missing = false;
  /// The weakest grade among the measured spans used; empty where none was.
  std::optional<Grade> weakest_measured;
};

/// Cost of `layers` (in model order, without repetition) on one processor of `device`: the measured time of every span of
/// `trace` that lies wholly inside the list, and the roofline (platforms/roofline.hpp) of each other layer with
///
///   bytes = weights read + activations read + activations written
///
/// in the model's compute type. A layer without arithmetic and without traffic (flatten, dropout) starts no kernel and
/// costs nothing. `trace` may be null and must be one of this model (asserted). Leaves out fusion of neighbouring layers
/// and weights that stay in a cache. Nothing when a layer needs the roofline and the processor has no rate for the model's
/// compute type.
std::optional<ComputeCost> compute_cost(Model const& model, std::span<LayerId const> layers, Device const& device,
                                        Processor const& processor, CostTrace const* trace);

}  // namespace coinfer
