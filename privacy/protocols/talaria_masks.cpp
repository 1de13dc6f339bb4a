#include "privacy/protocols/talaria_masks.hpp"

namespace coinfer {

namespace {

// `width` values of a token against a matrix of `rows` by `width`, added to them.
TokenWork product_work(bool last_positions_only, double rows, double width, DataType type) {
  TokenWork work;
  Flop const flop(2 * rows * width);
  Bytes const activations = 2 * width * size_of(type);
  work.last_positions_only = last_positions_only;
  (last_positions_only ? work.flop_per_sequence : work.flop_per_token) = flop;
  (last_positions_only ? work.activations_per_sequence : work.activations_per_token) = activations;
  work.weights = rows * width * size_of(type);
  return work;
}

}  // namespace

bool can_be_masked(Layer const& layer) {
  return layer.weight_dependent && layer.macs > 0 && layer.flop == Flop(2 * static_cast<double>(layer.macs));
}

std::vector<MaskedLinear> masked_linears(Model const& model) {
  std::vector<MaskedLinear> linears;
  for (std::uint32_t i = 0; i < model.layers().size(); ++i) {
    Layer const& layer = model.layer(LayerId(i));
    if (!can_be_masked(layer)) continue;
    MaskedLinear linear;
    linear.layer = LayerId(i);
    linear.inputs = static_cast<double>(model.shape(layer.inputs.front()).elements());
    linear.outputs = static_cast<double>(layer.output.elements());
    linear.last_positions_only = layer.token_work && layer.token_work->last_positions_only;
    linears.push_back(linear);
  }
  return linears;
}

TokenWork mask_work(MaskedLinear const& linear, double rank_ratio, DataType type) {
  return product_work(linear.last_positions_only, rank_ratio * linear.inputs, linear.inputs, type);
}

TokenWork recover_work(MaskedLinear const& linear, double rank_ratio, DataType type) {
  return product_work(linear.last_positions_only, rank_ratio * linear.inputs, linear.outputs, type);
}

Bytes public_product(MaskedLinear const& linear, double rank_ratio, DataType type) {
  return rank_ratio * linear.inputs * linear.outputs * size_of(type);
}

Bytes public_products(std::vector<MaskedLinear> const& linears, double rank_ratio, DataType type) {
  Bytes sum;
  for (MaskedLinear const& linear : linears) sum += public_product(linear, rank_ratio, type);
  return sum;
}

}  // namespace coinfer
