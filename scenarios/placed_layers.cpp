#include "scenarios/placed_layers.hpp"

namespace coinfer {

std::vector<PlacedLayers> placed_layers(Model const& model, Placement const& placement) {
  std::vector<PlacedLayers> runs;
  for (std::uint32_t i = 0; i < placement.of_layer.size(); ++i) {
    ProcessorRef const at = placement.of_layer[i];
    std::string const& name = model.short_name(LayerId(i));
    if (runs.empty() || runs.back().at != at) runs.push_back({at, 0, name, name});
    runs.back().last = name;
    ++runs.back().layers;
  }
  return runs;
}

}  // namespace coinfer
