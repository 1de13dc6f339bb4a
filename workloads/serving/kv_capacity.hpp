// How many tokens' keys and values fit beside the weights of a model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/units.hpp"
#include "workloads/serving/token_stack.hpp"

namespace coinfer {

/// The memory of one replica.
struct KvCapacity {
  Bytes weights;
  Bytes available;                      ///< for weights and KV cache, of all members together
  std::optional<std::uint32_t> tokens;  ///< absent: the weights and one block do not fit
};

/// tokens = floor((available - weights) / KV bytes per token), in whole blocks, where
/// available = memory of one member * members * utilisation, at most 2^31 tokens. Weights and cache are taken to divide
/// evenly among the members; the workspace of activations is part of what `utilisation` leaves. A model without keys and
/// values has the most.
KvCapacity kv_capacity(TokenStack const& stack, Bytes member_memory, std::uint32_t members, double utilisation,
                       std::uint32_t block_tokens);

/// "model 'llama_3_70b' does not fit 'cloud.gpu' (131.4 GiB of weights, 72 GiB for it)"; figures to one decimal.
std::string does_not_fit(std::string_view model, std::string_view on, KvCapacity const& capacity);

}  // namespace coinfer
