#include "workloads/layer_cost.hpp"

#include <algorithm>
#include <cassert>

#include "platforms/roofline.hpp"

namespace coinfer {

std::optional<ComputeCost> compute_cost(Model const& model, std::span<LayerId const> layers, Device const& device,
                                        Processor const& processor, CostTrace const* trace) {
  ComputeCost cost;
  std::vector<LayerId> estimated(layers.begin(), layers.end());
  if (trace != nullptr) {
    assert(trace->model() == model.name());
    auto coverage = trace->cover(trace_name(device), processor.name, layers);
    cost.measured = coverage.measured;
    cost.measured_layers = layers.size() - coverage.not_covered.size();
    for (MeasuredSpan const& span : coverage.spans) {
      cost.weakest_measured = std::max(cost.weakest_measured.value_or(span.source.grade), span.source.grade);
    }
    estimated = std::move(coverage.not_covered);
  }
  cost.roofline_layers = estimated.size();
  for (LayerId const id : estimated) {
    Layer const& layer = model.layer(id);
    Bytes const bytes = layer.weight_bytes_read + layer.activation_bytes_read + layer.activation_bytes_written;
    if (layer.flop == Flop(0) && bytes == Bytes(0)) continue;
    auto const estimate = roofline(processor, model.compute_type(), layer.flop, bytes);
    if (!estimate) return std::nullopt;
    cost.roofline += estimate->time;
    cost.memory_term_missing = cost.memory_term_missing || !estimate->memory_term;
    cost.launch_term_missing = cost.launch_term_missing || !estimate->launch_term;
  }
  cost.time = cost.measured + cost.roofline;
  return cost;
}

}  // namespace coinfer
