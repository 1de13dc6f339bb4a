// A neural network as a directed acyclic graph of layers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/data_type.hpp"
#include "platforms/field_source.hpp"
#include "workloads/layer.hpp"
#include "workloads/transformer.hpp"

namespace coinfer {

/// What a model is made of; `workloads/model_load.hpp` builds it from a file.
struct ModelDefinition {
  std::string name;
  std::string description;
  Shape input_shape;
  /// How the raw input is stored and sent; of no meaning where it is token ids.
  DataType input_type = DataType::uint8;
  /// The type of weights and activations in compute.
  DataType compute_type = DataType::fp32;
  /// In a topological order; only the last one is read by nobody.
  std::vector<Layer> layers;
  std::vector<FieldSource> sources;
  /// The configuration that the layers were made from; absent in a model of parts.
  std::optional<Transformer> transformer;
};

/// Valid on construction (asserted): at least one layer, inputs before their readers, names unique, one output.
class Model {
 public:
  explicit Model(ModelDefinition definition);

  [[nodiscard]] std::string const& name() const { return definition_.name; }
  [[nodiscard]] std::string const& description() const { return definition_.description; }
  [[nodiscard]] std::vector<FieldSource> const& sources() const { return definition_.sources; }
  [[nodiscard]] Shape const& input_shape() const { return definition_.input_shape; }
  [[nodiscard]] DataType input_type() const { return definition_.input_type; }
  [[nodiscard]] DataType compute_type() const { return definition_.compute_type; }
  /// Size of the raw input: shape times input type, or one token id.
  [[nodiscard]] Bytes input_bytes() const;
  /// The configuration of a token model; absent in one of parts.
  [[nodiscard]] std::optional<Transformer> const& transformer() const { return definition_.transformer; }

  /// Layers in model order, a topological order.
  [[nodiscard]] std::span<Layer const> layers() const { return definition_.layers; }
  [[nodiscard]] Layer const& layer(LayerId id) const;
  /// The layer whose output is the model's: the last one.
  [[nodiscard]] LayerId output() const;
  /// Shape of the tensor that leaves `tensor`, which may be `model_input`.
  [[nodiscard]] Shape const& shape(LayerId tensor) const;
  /// "input" or the layer's short name.
  [[nodiscard]] std::string const& short_name(LayerId tensor) const;
  /// The layers that read `tensor`, in model order.
  [[nodiscard]] std::span<LayerId const> readers(LayerId tensor) const;

  /// Totals over all layers.
  [[nodiscard]] std::uint64_t parameters() const { return parameters_; }
  [[nodiscard]] std::uint64_t macs() const { return macs_; }

  /// The tensor called `name`: a layer by name, short name or alias, or "input". Empty when there is none.
  [[nodiscard]] std::optional<LayerId> find(std::string_view name) const;
  /// "did you mean 'X'" over everything `find` knows, or an empty string.
  [[nodiscard]] std::string suggest(std::string_view name) const;

 private:
  ModelDefinition definition_;
  std::vector<std::vector<LayerId>> readers_;  ///< of the input, then of each layer
  std::map<std::string, LayerId, std::less<>> by_name_;
  std::uint64_t parameters_ = 0;
  std::uint64_t macs_ = 0;
};

}  // namespace coinfer
