#include "workloads/enclave_memory.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <string_view>

namespace coinfer {

namespace {

class MemoryWalk {
 public:
  MemoryWalk(Model const& model, std::span<LayerId const> layers, Enclave const& enclave)
      : model_(model), layers_(layers), enclave_(enclave), ends_(layers.size() + 1) {
    find_buffers();
  }

  std::vector<MemoryStep> steps() {
    std::vector<MemoryStep> steps;
    Bytes weights;
    Bytes held;
    for (auto const& [tensor, last] : last_step_)
      if (!in_list(tensor)) held += bytes_of(tensor);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      Layer const& layer = model_.layer(layers_[i]);
      Bytes const output = buffer_of(layers_[i]) == layers_[i] ? bytes_of(layers_[i]) : Bytes(0);
      Bytes const scratch = workspace(layer);
      weights += layer.weight_bytes;
      held += output;
      steps.push_back({layer.weight_bytes_read + output + scratch, weights + held + scratch});
      for (LayerId const tensor : ends_[i]) held -= bytes_of(tensor);
    }
    return steps;
  }

 private:
  [[nodiscard]] bool in_list(LayerId tensor) const {
    return tensor.valid() && std::binary_search(layers_.begin(), layers_.end(), tensor);
  }

  [[nodiscard]] Bytes bytes_of(LayerId tensor) const {
    return static_cast<double>(model_.shape(tensor).elements()) * size_of(model_.compute_type());
  }

  /// Flatten and dropout move nothing; an activation function overwrites an input that nobody else reads.
  [[nodiscard]] bool works_in_place(LayerId id) const {
    Layer const& layer = model_.layer(id);
    if (layer.inputs.size() != 1 || model_.readers(layer.inputs.front()).size() != 1) return false;
    bool const moves_nothing = layer.activation_bytes_written == Bytes(0);
    bool const element_wise =
        layer.parameters == 0 && layer.macs == 0 && model_.shape(layer.inputs.front()) == layer.output;
    return moves_nothing || element_wise;
  }

  [[nodiscard]] LayerId buffer_of(LayerId tensor) const {
    auto const found = buffer_.find(tensor);
    return found == buffer_.end() ? tensor : found->second;
  }

  void find_buffers() {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      LayerId const id = layers_[i];
      for (LayerId const tensor : model_.layer(id).inputs) last_step_[buffer_of(tensor)] = i;
      if (works_in_place(id)) buffer_[id] = buffer_of(model_.layer(id).inputs.front());
      last_step_[buffer_of(id)] = leaves(id) ? layers_.size() : i;
    }
    for (auto const& [tensor, last] : last_step_)
      ends_[enclave_.keeps_activations ? layers_.size() : last].push_back(tensor);
  }

  [[nodiscard]] bool leaves(LayerId id) const {
    auto const readers = model_.readers(id);
    return readers.empty() || !std::all_of(readers.begin(), readers.end(), [&](LayerId reader) { return in_list(reader); });
  }

  [[nodiscard]] Bytes workspace(Layer const& layer) const {
    bool const unfolds = enclave_.im2col && layer.kind.find("conv ") != std::string::npos && !layer.kind.ends_with(" 1x1");
    if (!unfolds) return Bytes(0);
    // MACs are out_channels * out_h * out_w times the values in a window.
    double const out_channels = static_cast<double>(layer.output.sizes.front());
    return static_cast<double>(layer.macs) / out_channels * size_of(model_.compute_type());
  }

  Model const& model_;
  std::span<LayerId const> layers_;
  Enclave const& enclave_;
  std::map<LayerId, LayerId> buffer_;         ///< of tensors written in place: the tensor whose memory they take
  std::map<LayerId, std::size_t> last_step_;  ///< by buffer; the number of layers where it leaves the list
  std::vector<std::vector<LayerId>> ends_;    ///< by step: buffers given back after it
};

}  // namespace

std::vector<MemoryStep> memory_steps(Model const& model, std::span<LayerId const> layers, Enclave const& enclave) {
  assert(std::is_sorted(layers.begin(), layers.end()));
  return MemoryWalk(model, layers, enclave).steps();
}

}  // namespace coinfer
