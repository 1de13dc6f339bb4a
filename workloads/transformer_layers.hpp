// The layers of a transformer, with exact counts.
#pragma once

#include <map>

#include "workloads/model.hpp"

namespace coinfer {

/// The layers of a transformer in model order, named as the schema's Transformer says. With width d, query width q, key
/// width k, hidden width f, vocabulary V, E experts of which e are active, per token (the head and pooler: per sequence):
///
///   layer         parameters         MAC             further flop                     output
///   embedding     V d + tables d     0               d per added table                d
///   norms         d (layer: 2 d)     0               4 d (layer: 8 d)                 d
///   qkv           d (q + 2 k)        d (q + 2 k)     -                                q + 2 k
///   rotary        0                  0               3 (q + k)                        q + 2 k
///   attention     0                  2 q             8 heads (softmax), per attended  q
///   o_proj        q d                q d             -                                d
///   adds          0                  0               d                                d
///   gate_up, up   2 d f, d f         same            -                                2 f, f
///   activation    0                  0               9 f (SiLU, product), 8 f (GELU)  f
///   down          f d                f d             -                                d
///   router        d E                d E             8 E (softmax)                    E
///   experts       E 3 d f (2 d f)    e 3 d f         e (9 f or 8 f) + 2 e d           d
///   lm_head       d V (tied: 0)      d V             -                                V
///   pooler        d d + d            d d             8 d (tanh)                       d
///
/// and a bias per output where there are biases (no flop is counted for it, as for `linear`). Vaswani et al.,
/// arXiv:1706.03762; Touvron et al., arXiv:2302.13971 (RMS norm, SwiGLU, rotary positions); Jiang et al., arXiv:2401.04088
/// (experts); Devlin et al., arXiv:1810.04805 (pooler). Leaves out fused kernels, the tables of sines, scales of quantised
/// groups, and sliding windows: attention is over everything before.
std::vector<Layer> transformer_layers(Transformer const& config, DataType compute_type);

/// The same token model with the weight matrices of its blocks, its embedding and its head in another type. `model` must be
/// a token model (asserted).
Model with_weight_type(Model const& model, DataType type);

/// Memory of the weights by the type they are stored in; types that nothing is stored in are absent.
std::map<DataType, Bytes> weight_bytes_by_type(Model const& model);

/// Keys and values that `layers` keep per token of a sequence; 0 for an encoder and for a model that is not one of tokens.
Bytes kv_bytes_per_token(Model const& model, std::span<LayerId const> layers);

/// All layers in one pass. `model` must be a token model (asserted).
PassWork pass_work(Model const& model, PassSize const& size);

}  // namespace coinfer
