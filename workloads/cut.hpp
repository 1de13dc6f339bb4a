// Where a model is divided in two: an edge side and a far side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/diagnostics.hpp"
#include "workloads/model.hpp"

namespace coinfer {

/// A legal cut. The edge side is the layers named and everything they depend on; the crossing tensors are the outputs on
/// the edge side that the far side reads. The output of the model is read by whoever asked, on the far side. "input" is
/// the cut with nothing on the edge side; the last layer is the cut with nothing on the far side.
struct Cut {
  /// The crossing tensors in model order; `model_input`, where the raw input crosses, stands first. Never empty.
  std::vector<LayerId> layers;
  /// Their short names joined with "+": "block30", "block2+block3.conv1".
  std::string name;

  friend bool operator==(Cut const& a, Cut const& b) { return a.layers == b.layers; }
};

/// The cut that `text` names: names, short names or aliases of the layers whose outputs cross, joined with "+", in any
/// order. Otherwise one problem at `where`: a name that is unknown, or a set that is not exactly what crosses:
/// "cut 'block2.conv1' is not legal (the output of 'block1' crosses too) did you mean 'block1+block2.conv1'?".
std::optional<Cut> find_cut(Model const& model, std::string_view text, Location const& where, Diagnostics& diagnostics);

/// The cut between the layers marked in `on_edge` (one entry per layer) and the rest. The mark must be closed: what a
/// marked layer reads is marked (asserted).
Cut cut_around(Model const& model, std::vector<bool> const& on_edge);

/// One entry per layer: whether it lies on the edge side.
std::vector<bool> edge_mask(Model const& model, Cut const& cut);

/// The layers of the edge side in model order.
std::vector<LayerId> edge_layers(Model const& model, Cut const& cut);

/// Values in all crossing tensors together.
std::uint64_t crossing_elements(Model const& model, Cut const& cut);

/// Size of one tensor on a wire: activations in `wire_type`, the raw input always in the model's input type.
Bytes tensor_bytes(Model const& model, LayerId tensor, DataType wire_type);

/// Size of all crossing tensors together.
Bytes crossing_bytes(Model const& model, Cut const& cut, DataType wire_type);

/// Parameters and multiply-accumulates of the edge side.
std::uint64_t edge_parameters(Model const& model, Cut const& cut);
std::uint64_t edge_macs(Model const& model, Cut const& cut);

/// Every cut at which one tensor crosses, in model order, from the input to the last layer. A tensor is such a cut when
/// every path from the input to the output passes it, which is when no layer after it reads a tensor before it: one sweep
/// over the model order finds all of them, so that no dominator tree is needed.
std::vector<Cut> single_tensor_cuts(Model const& model);

}  // namespace coinfer
