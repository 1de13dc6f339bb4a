#include "workloads/serving/servable.hpp"

namespace coinfer {

std::string why_unservable(ServerConfig const& server, std::uint32_t kv_tokens, std::uint64_t prompt_tokens,
                           std::uint64_t output_tokens) {
  // The last result is not computed on, and a block that is not full takes its whole place.
  std::uint64_t const held = prompt_tokens + output_tokens - 1;
  std::uint64_t const block = server.kv_block_tokens;
  std::string const length = "a prompt of " + std::to_string(prompt_tokens) + " tokens and " +
                             std::to_string(output_tokens) + " results do not fit the ";
  if ((held + block - 1) / block > kv_tokens / block) {
    return length + "KV cache of '" + server.name + "' (" + std::to_string(kv_tokens) + " tokens)";
  }
  auto const* const continuous = std::get_if<ContinuousBatching>(&server.batching);
  if (continuous != nullptr && !continuous->chunked_prefill && held > continuous->token_budget) {
    return length + "token budget of '" + server.name + "' (" + std::to_string(continuous->token_budget) +
           " tokens, and openings are not chunked)";
  }
  return {};
}

}  // namespace coinfer
