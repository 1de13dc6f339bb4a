// The layers of a token model as an iteration sees them: each distinct kind once, with how often it occurs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "platforms/data_type.hpp"
#include "workloads/model.hpp"
#include "workloads/token_work.hpp"

namespace coinfer {

/// One kind of layer: equal work, hence equal time.
struct TokenLayerKind {
  TokenWork work;
  double times = 1;  ///< layers of this kind
};

/// What some layers of a token model ask of the server that runs them.
struct TokenStack {
  std::string model;                       ///< its catalogue name
  DataType compute_type = DataType::bf16;  ///< of arithmetic and activations
  bool causal = true;                      ///< whether a token attends to earlier ones only
  std::vector<TokenLayerKind> kinds;       ///< in order of first occurrence
  std::uint32_t blocks = 0;                ///< layers that keep keys and values: one per transformer block
  Bytes hidden_per_token;                  ///< one row of activations between blocks
  Bytes weights;                           ///< memory that the parameters take, embeddings included
  Bytes kv_per_token;                      ///< keys and values of one token in all blocks
};

/// The stack of `layers` of `model`, in model order. Every layer must have token work (asserted).
TokenStack token_stack(Model const& model, std::span<LayerId const> layers);
/// That of all layers.
TokenStack token_stack(Model const& model);

}  // namespace coinfer
