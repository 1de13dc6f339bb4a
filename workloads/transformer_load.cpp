#include "workloads/transformer_load.hpp"

#include <string>

namespace coinfer {

namespace {

Transformer::Biases biases_of(proto::Transformer::Biases biases) {
  if (biases == proto::Transformer::QKV_BIASES) return Transformer::Biases::qkv;
  return biases == proto::Transformer::ALL_BIASES ? Transformer::Biases::all : Transformer::Biases::none;
}

// What the rules of single fields cannot say.
void check(proto::Transformer const& message, Where const& where, Diagnostics& diagnostics) {
  if (message.has_kv_heads() && message.heads() % message.kv_heads() != 0) {
    diagnostics.add(where.field("kv_heads"), "kv_heads is " + std::to_string(message.kv_heads()),
                    "it must divide heads, which is " + std::to_string(message.heads()));
  }
  if (!message.has_head_width() && message.width() % message.heads() != 0) {
    diagnostics.add(where.field("heads"), "heads is " + std::to_string(message.heads()),
                    "it must divide the width " + std::to_string(message.width()) + " where head_width is not given");
  }
  if (message.has_ff_width() == message.has_experts()) {
    diagnostics.add(
        message.has_experts() ? where.field("experts") : where.here(),
        message.has_experts() ? "both 'ff_width' and 'experts' are given" : "neither 'ff_width' nor 'experts' is given");
  }
  if (message.has_experts() && message.experts().active() > message.experts().count()) {
    diagnostics.add(where.child("experts").field("active"), "active is " + std::to_string(message.experts().active()),
                    "must be at most count, which is " + std::to_string(message.experts().count()));
  }
  if (message.encoder() && message.tied_head()) {
    diagnostics.add(where.field("tied_head"), "an encoder cannot have a tied head", "it ends in a pooler");
  }
}

}  // namespace

std::optional<Transformer> load_transformer(proto::Transformer const& message, DataType compute_type, Where const& where,
                                            Diagnostics& diagnostics) {
  Diagnostics found;
  check(message, where, found);
  for (auto const& diagnostic : found.sorted()) diagnostics.add(diagnostic);
  if (!found.ok()) return std::nullopt;

  Transformer config;
  config.layers = message.layers();
  config.width = message.width();
  config.heads = message.heads();
  config.kv_heads = message.has_kv_heads() ? message.kv_heads() : message.heads();
  config.head_width = message.has_head_width() ? message.head_width() : message.width() / message.heads();
  if (message.has_ff_width()) config.ff_width = message.ff_width();
  if (message.has_gated_ffn()) config.gated_ffn = message.gated_ffn();
  config.vocabulary = message.vocabulary();
  config.tied_head = message.tied_head();
  config.biases = biases_of(message.biases());
  if (message.norm() == proto::Transformer::LAYER) config.norm = Transformer::Norm::layer;
  config.norm_after_add = message.norm_after_add();
  config.learned_positions = message.learned_positions();
  config.token_types = message.token_types();
  config.encoder = message.encoder();
  config.max_context_tokens = message.max_context_tokens();
  if (message.has_experts()) {
    proto::Transformer::Experts const& experts = message.experts();
    config.experts = {experts.count(), experts.active(), experts.ff_width(), experts.shared_ff_width()};
  }
  if (message.has_weight_type()) config.weight_type = data_type_of(message.weight_type());
  config.embedding_type = message.has_embedding_type() ? data_type_of(message.embedding_type()) : config.weight_type;
  config.kv_type = message.has_kv_type() ? data_type_of(message.kv_type()) : compute_type;
  if (message.has_token_id_bytes()) config.token_id_bytes = message.token_id_bytes();
  return config;
}

}  // namespace coinfer
