// A transformer by the numbers of its published configuration.
#pragma once

#include <cstdint>
#include <optional>

#include "platforms/data_type.hpp"

namespace coinfer {

/// The configuration of a token model, every default filled in; `workloads/transformer_load.hpp` reads it and
/// `workloads/transformer_layers.hpp` makes layers of it.
struct Transformer {
  enum class Biases { none, qkv, all };
  enum class Norm { rms, layer };
  /// A hidden layer of which every token uses `active` of `count` copies.
  struct Experts {
    std::uint64_t count = 1;
    std::uint64_t active = 1;  ///< at most count
    std::uint64_t ff_width = 1;
    std::uint64_t shared_ff_width = 0;  ///< of a part that every token uses; 0: there is none
  };

  std::uint64_t layers = 1;
  std::uint64_t width = 1;
  std::uint64_t heads = 1;
  std::uint64_t kv_heads = 1;  ///< divides heads
  std::uint64_t head_width = 1;
  std::uint64_t ff_width = 1;  ///< unused where there are experts
  bool gated_ffn = true;       ///< gate, up and down with SiLU; otherwise up and down with GELU
  std::uint64_t vocabulary = 1;
  bool tied_head = false;  ///< the head reads the embedding table
  Biases biases = Biases::none;
  Norm norm = Norm::rms;
  bool norm_after_add = false;
  std::uint64_t learned_positions = 0;  ///< rows of the table; 0: rotary positions
  std::uint64_t token_types = 0;        ///< rows of the table; 0: there is none
  bool encoder = false;                 ///< every token attends to all, no keys and values are kept, nothing is generated
  std::uint64_t max_context_tokens = 1;
  std::optional<Experts> experts;
  DataType weight_type = DataType::bf16;     ///< of the weight matrices of the blocks
  DataType embedding_type = DataType::bf16;  ///< of the embedding table and the head
  DataType kv_type = DataType::bf16;
  std::uint64_t token_id_bytes = 4;

  /// Width of all query heads together, and of all key heads (those of the values are as wide).
  [[nodiscard]] std::uint64_t query_width() const { return heads * head_width; }
  [[nodiscard]] std::uint64_t kv_width() const { return kv_heads * head_width; }
};

}  // namespace coinfer
