#include "workloads/placement.hpp"

#include <algorithm>

namespace coinfer {

std::vector<ProcessorRef> Placement::processors() const {
  std::vector<ProcessorRef> found;
  for (ProcessorRef const processor : of_layer) {
    if (std::find(found.begin(), found.end(), processor) == found.end()) found.push_back(processor);
  }
  return found;
}

std::vector<LayerId> Placement::layers_on(ProcessorRef processor) const {
  std::vector<LayerId> layers;
  for (std::uint32_t i = 0; i < of_layer.size(); ++i) {
    if (of_layer[i] == processor) layers.emplace_back(i);
  }
  return layers;
}

}  // namespace coinfer
