#include "workloads/enclave_cost.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

#include "workloads/layer_cost.hpp"

namespace coinfer {

EnclaveCost enclave_cost(Enclave const& enclave, std::span<InsideWork const> work) {
  double const compute_factor = enclave.compute_slowdown.value_or(1);
  double const memory_factor = enclave.memory_slowdown.value_or(1);
  assert(compute_factor >= 1 && memory_factor >= 1);
  EnclaveCost cost;
  cost.slowdown_unknown = !enclave.compute_slowdown || !enclave.memory_slowdown;
  for (std::size_t i = 0; i < work.size(); ++i) {
    InsideWork const& piece = work[i];
    Seconds const outside = std::max(piece.compute_bound, piece.memory_bound);
    cost.compute += outside + piece.fixed;
    cost.enclave += std::max(compute_factor * piece.compute_bound, memory_factor * piece.memory_bound) - outside;
    bool const fits = !enclave.protected_memory || piece.working_set <= *enclave.protected_memory;
    if (fits && !cost.first_beyond) continue;
    Bytes paged = piece.touched;
    if (!cost.first_beyond) {
      cost.first_beyond = i;
      paged = std::min(paged, piece.working_set - *enclave.protected_memory);
      if (enclave.paging) cost.paging += enclave.paging->jump;
    }
    if (enclave.paging) cost.paging += paged / enclave.paging->rate;
    cost.paging_unknown = !enclave.paging;
  }
  return cost;
}

std::optional<EnclaveCost> enclave_cost(Model const& model, std::span<LayerId const> layers, Device const& device,
                                        Enclave const& enclave, CostTrace const* trace) {
  Processor const& processor = device.processors.at(enclave.processor);
  std::vector<MemoryStep> const memory = memory_steps(model, layers, enclave);
  std::vector<InsideWork> work(layers.size());
  for (std::size_t i = 0; i < work.size(); ++i) {
    work[i].touched = memory[i].touched;
    work[i].working_set = memory[i].working_set;
  }
  auto const place = [&](LayerId id) {
    return static_cast<std::size_t>(std::lower_bound(layers.begin(), layers.end(), id) - layers.begin());
  };
  std::vector<LayerId> estimated(layers.begin(), layers.end());
  if (trace != nullptr) {
    assert(trace->model() == model.name());
    auto coverage = trace->cover(trace_name(device), processor.name, layers);
    // The whole span at its last layer; the others of the span touch memory in no time of their own.
    for (MeasuredSpan const& span : coverage.spans) {
      InsideWork& last = work[place(span.last)];
      last.compute_bound = last.memory_bound = span.time;
    }
    estimated = std::move(coverage.not_covered);
  }
  for (LayerId const id : estimated) {
    Layer const& layer = model.layer(id);
    Bytes const bytes = layer.weight_bytes_read + layer.activation_bytes_read + layer.activation_bytes_written;
    if (layer.flop == Flop(0) && bytes == Bytes(0)) continue;
    auto const rate = processor.rate(model.compute_type());
    if (!rate) return std::nullopt;
    InsideWork& here = work[place(id)];
    here.compute_bound = layer.flop / *rate;
    if (processor.memory) here.memory_bound = bytes / *processor.memory;
    here.fixed = processor.launch.value_or(Seconds(0));
  }
  return enclave_cost(enclave, work);
}

}  // namespace coinfer
