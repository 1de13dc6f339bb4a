#include "workloads/memory_fit.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <vector>

namespace coinfer {

namespace {

// The embedding is the first layer of a token model, the head the last.
bool needs_own_table(Model const& model, std::span<LayerId const> layers) {
  if (!model.transformer() || !model.transformer()->tied_head || layers.empty()) return false;
  return layers.back() == model.output() && layers.front() != LayerId(0);
}

}  // namespace

Bytes memory_needed(Model const& model, std::span<LayerId const> layers, BatchSize batch) {
  assert(std::is_sorted(layers.begin(), layers.end()));
  Bytes const element = size_of(model.compute_type());
  auto const bytes_of = [&](LayerId tensor) {
    if (!tensor.valid() && model.transformer()) return model.input_bytes() * batch.tokens;
    bool const last_only =
        tensor.valid() && model.layer(tensor).token_work && model.layer(tensor).token_work->last_positions_only;
    double const elements = static_cast<double>(model.shape(tensor).elements());
    return elements * (last_only ? batch.sequences : batch.tokens) * element;
  };
  std::size_t const end = layers.size();

  // The step after whose work each tensor of the list is no longer needed.
  std::map<LayerId, std::size_t> last_step;
  Bytes weights;
  if (needs_own_table(model, layers)) weights += model.layer(model.output()).weight_bytes_read;
  for (std::size_t step = 0; step < end; ++step) {
    Layer const& layer = model.layer(layers[step]);
    weights += layer.weight_bytes;
    for (LayerId const tensor : layer.inputs) last_step[tensor] = step;
    last_step[layers[step]] = step;
  }
  for (LayerId const id : layers) {
    auto const readers = model.readers(id);
    bool const leaves = readers.empty() || !std::all_of(readers.begin(), readers.end(), [&](LayerId reader) {
                          return std::binary_search(layers.begin(), layers.end(), reader);
                        });
    if (leaves) last_step[id] = end;
  }

  std::vector<std::vector<LayerId>> ends(end + 1);
  Bytes alive;
  for (auto const& [tensor, step] : last_step) {
    ends[step].push_back(tensor);
    bool const received = !tensor.valid() || !std::binary_search(layers.begin(), layers.end(), tensor);
    if (received) alive += bytes_of(tensor);
  }
  Bytes most = alive;
  for (std::size_t step = 0; step < end; ++step) {
    alive += bytes_of(layers[step]);
    most = std::max(most, alive);
    for (LayerId const tensor : ends[step]) alive -= bytes_of(tensor);
  }
  return weights + most;
}

}  // namespace coinfer
