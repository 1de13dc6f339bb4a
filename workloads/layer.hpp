// The cost atom of a model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platforms/data_type.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"
#include "workloads/shape.hpp"
#include "workloads/token_work.hpp"

namespace coinfer {

/// Index of a layer in its model, in model order (a topological order).
using LayerId = Id<struct Layer>;

/// The tensor that enters the model. It is written where a layer stands whose output is meant: as the input of a layer, or
/// in a cut where the raw input crosses.
inline constexpr LayerId model_input{};

/// One layer with everything that its operator and shapes determine. Counts are exact and per sample (batch 1); in a token
/// model they are those of one token at context 0, which attends to itself alone, and `token_work` has the rest.
struct Layer {
  /// Unique in the model; in a block "NAMEi.LAYER".
  std::string name;
  /// What cuts and tables call it: "NAMEi" for the last layer of a block's copy, otherwise `name`.
  std::string short_name;
  /// Names of the cut after this layer in published tables.
  std::vector<std::string> aliases;
  /// The operator for people: "conv 3x3", "batch norm".
  std::string kind;
  /// The layers whose outputs it reads, each before this one, or `model_input`.
  std::vector<LayerId> inputs;
  Shape output;
  /// Learned parameters. Running statistics of a batch norm are buffers and do not count.
  std::uint64_t parameters = 0;
  /// Multiply-accumulates of products (convolution, linear, attention); element-wise work counts as flop only.
  std::uint64_t macs = 0;
  /// All arithmetic: two per MAC, and the element-wise counts of the schema.
  Flop flop;
  /// Type of the weight matrices, and how many of the parameters (norms and biases of a token model) stay in the compute
  /// type whatever it is. In a model of parts it is the compute type.
  DataType weight_type = DataType::fp32;
  std::uint64_t compute_type_parameters = 0;
  /// Memory that the parameters take.
  Bytes weight_bytes;
  /// Parameters read for one sample: less than `weight_bytes` for an embedding, which reads one row per token, and for
  /// experts, of which a token uses a few; more for a head that reads the embedding's table.
  Bytes weight_bytes_read;
  /// Inputs read and output written, in the compute type; zero for flatten and dropout, which move nothing at inference.
  Bytes activation_bytes_read;
  Bytes activation_bytes_written;
  /// Whether the layer multiplies its input by a weight matrix: convolution, linear, both embeddings, router and
  /// experts, attention where it is one layer with its projections. Batch and layer norm and PReLU have parameters but work
  /// element by element; protocols that hand weight products to an untrusted processor keep them at home, hence they are
  /// not weight dependent here.
  bool weight_dependent = false;
  /// What it asks of a pass over a batch of sequences; absent in a model that is not one of tokens.
  std::optional<TokenWork> token_work;
};

}  // namespace coinfer
