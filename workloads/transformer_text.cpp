#include "workloads/transformer_text.hpp"

#include <algorithm>
#include <cassert>

#include "sim/base/number_format.hpp"
#include "workloads/transformer_layers.hpp"

namespace coinfer {

namespace {

constexpr std::uint64_t example_tokens = 1024;

std::string work_text(PassWork const& work) {
  return shortest(work.flop.value()) + " flop, " + shortest(work.bytes.value()) + " bytes";
}

}  // namespace

std::string transformer_text(Model const& model) {
  assert(model.transformer());
  Transformer const& config = *model.transformer();
  std::vector<LayerId> layers;
  TokenWork sum;
  for (std::uint32_t i = 0; i < model.layers().size(); ++i) {
    layers.emplace_back(i);
    TokenWork const& work = *model.layers()[i].token_work;
    sum.flop_per_token += work.flop_per_token;
    sum.flop_per_attended += work.flop_per_attended;
    sum.flop_per_sequence += work.flop_per_sequence;
  }
  std::string out = "context     at most " + std::to_string(config.max_context_tokens) + " tokens\n";
  for (auto const& [type, bytes] : weight_bytes_by_type(model)) {
    out += "weights     " + shortest(bytes.value()) + " bytes of " + std::string(to_string(type)) + "\n";
  }
  if (!config.encoder) {
    out += "KV cache    " + shortest(kv_bytes_per_token(model, layers).value()) + " bytes per token, " +
           std::string(to_string(config.kv_type)) + "\n";
  }
  out += "flop        " + shortest(sum.flop_per_token.value()) + " per token, " + shortest(sum.flop_per_attended.value()) +
         " per token it attends to, " + shortest(sum.flop_per_sequence.value()) + " per sequence\n";
  std::uint64_t const tokens = std::min(example_tokens, config.max_context_tokens);
  auto const length = static_cast<double>(tokens);
  PassSize whole;
  whole.add(length, 0, true, !config.encoder);
  out += std::string(config.encoder ? "encoding    " : "prefill     ") + std::to_string(tokens) +
         " tokens: " + work_text(pass_work(model, whole)) + "\n";
  if (!config.encoder) {
    PassSize step;
    step.add(1, length - 1, true, true);
    out += "decode      the token at context " + std::to_string(tokens) + ": " + work_text(pass_work(model, step)) + "\n";
  }
  return out;
}

}  // namespace coinfer
