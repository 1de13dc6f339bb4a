// The arithmetic of reversible masked outsourcing (ReMO), linear layer by linear layer.
//
// Talaria, arXiv 2603.00196 (ACL 2026); the formulas are from notes by a reader of the text (SECONDARY), their costs are
// counted from them (DERIVED). Of a layer O = E W with inputs E (n by d) and weights W (d by e):
//
//   - setup, once: R = M_pub W, where M_pub has m < d rows: 2 m d e flop, m e values in the confidential VM;
//   - mask: E' = E + M_pvt M_pub, where M_pvt (n by m) is fresh for every use: 2 n m d flop;
//   - on the GPU: O' = E' W, the layer itself;
//   - recover: O = O' - M_pvt R: 2 n m e flop.
//
// The masks leave a residual space of d - m dimensions unmasked, which the paper acknowledges. Not published, hence left
// out: how M_pvt is drawn (in a relative of the system that takes 23 % of the time) and how M_pub is stored; it is taken to
// be dense, to be read once for every product of a pass, and to take no memory of its own.
#pragma once

#include <vector>

#include "workloads/model.hpp"

namespace coinfer {

/// A product with weights that is handed out.
struct MaskedLinear {
  LayerId layer;
  double inputs = 0;   ///< d: values of one token that go to the GPU
  double outputs = 0;  ///< e: values that come back
  bool last_positions_only = false;
};

/// Whether a layer is a product with weights and nothing else, so that masks can be taken off its result. An embedding is
/// none (it looks up rows), nor are experts and a pooler, which hold a function between or behind their products.
bool can_be_masked(Layer const& layer);

/// Every layer of a token model that `can_be_masked`, in model order: four in each block and the head.
std::vector<MaskedLinear> masked_linears(Model const& model);

/// What masking the inputs and recovering the outputs of a layer ask of a pass, for m = rank_ratio * d and values of
/// `type`: the flop above; M_pub or R read once, and the values that are masked or recovered read and written.
TokenWork mask_work(MaskedLinear const& linear, double rank_ratio, DataType type);
TokenWork recover_work(MaskedLinear const& linear, double rank_ratio, DataType type);

/// Memory of R: rank_ratio times the values of the weights.
Bytes public_product(MaskedLinear const& linear, double rank_ratio, DataType type);
/// Of all layers.
Bytes public_products(std::vector<MaskedLinear> const& linears, double rank_ratio, DataType type);

}  // namespace coinfer
