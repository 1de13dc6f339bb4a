// Where a workload's layers run, in the words of a reader.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/model.hpp"
#include "workloads/placement.hpp"

namespace coinfer {

/// Layers that follow one another in model order and run at the same place.
struct PlacedLayers {
  ProcessorRef at;
  std::uint64_t layers = 0;  ///< >= 1
  std::string first;         ///< short names of the outermost ones; equal where there is one
  std::string last;
  friend bool operator==(PlacedLayers const&, PlacedLayers const&) = default;
};

/// The whole model as the fewest such runs, in model order.
std::vector<PlacedLayers> placed_layers(Model const& model, Placement const& placement);

}  // namespace coinfer
