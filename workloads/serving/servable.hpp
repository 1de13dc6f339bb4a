// Whether a server can ever serve a request.
#pragma once

#include <cstdint>
#include <string>

#include "workloads/serving/server_config.hpp"

namespace coinfer {

/// Why a request of so many tokens can never be served on a replica with a KV cache of `kv_tokens`, or an empty string
/// where it can: "a prompt of 9000 tokens and 100 results do not fit the KV cache of 'cloud.gpu' (8192 tokens)". The rule
/// is that of SessionScheduler::fits.
std::string why_unservable(ServerConfig const& server, std::uint32_t kv_tokens, std::uint64_t prompt_tokens,
                           std::uint64_t output_tokens);

}  // namespace coinfer
