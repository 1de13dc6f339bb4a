#include "workloads/serving/token_stack.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace coinfer {

namespace {

/// All fields: the binding does not compile where one is forgotten.
auto fields(TokenWork const& work) {
  auto const& [per_token, per_sequence, per_attended, last_only, weights, row_weights, expert_weights, experts, active,
               activations, last_activations, kv] = work;
  return std::tie(per_token, per_sequence, per_attended, last_only, weights, row_weights, expert_weights, experts, active,
                  activations, last_activations, kv);
}

}  // namespace

TokenStack token_stack(Model const& model, std::span<LayerId const> layers) {
  assert(model.transformer().has_value());
  TokenStack stack;
  stack.model = model.name();
  stack.compute_type = model.compute_type();
  stack.causal = !model.transformer()->encoder;
  stack.hidden_per_token = static_cast<double>(model.transformer()->width) * size_of(model.compute_type());
  for (LayerId const id : layers) {
    Layer const& layer = model.layer(id);
    assert(layer.token_work.has_value());
    TokenWork const& work = *layer.token_work;
    stack.weights += layer.weight_bytes;
    stack.kv_per_token += work.kv_per_token;
    if (work.flop_per_attended > Flop(0)) ++stack.blocks;
    auto const same = std::find_if(stack.kinds.begin(), stack.kinds.end(),
                                   [&](auto const& kind) { return fields(kind.work) == fields(work); });
    if (same == stack.kinds.end())
      stack.kinds.push_back({work, 1});
    else
      same->times += 1;
  }
  return stack;
}

TokenStack token_stack(Model const& model) {
  std::vector<LayerId> layers;
  for (std::uint32_t i = 0; i < model.layers().size(); ++i) layers.emplace_back(i);
  return token_stack(model, layers);
}

}  // namespace coinfer
