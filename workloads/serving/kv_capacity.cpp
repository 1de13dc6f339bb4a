#include "workloads/serving/kv_capacity.hpp"

#include <cassert>
#include <cmath>
#include <limits>

#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

constexpr double most_tokens = 1U << 31U;

/// Gibibytes to one decimal.
std::string gib(Bytes bytes) {
  constexpr double one_gib = 1U << 30U;
  return shortest(std::round(bytes.value() / one_gib * 10) / 10) + " GiB";
}

}  // namespace

KvCapacity kv_capacity(TokenStack const& stack, Bytes member_memory, std::uint32_t members, double utilisation,
                       std::uint32_t block_tokens) {
  assert(members > 0 && block_tokens > 0 && utilisation > 0 && utilisation <= 1);
  KvCapacity capacity{stack.weights, member_memory * (members * utilisation), std::nullopt};
  Bytes const rest = capacity.available - capacity.weights;
  if (rest < Bytes(0)) return capacity;
  double tokens = most_tokens;
  if (stack.kv_per_token > Bytes(0)) tokens = std::min(tokens, rest / stack.kv_per_token);
  double const blocks = std::floor(tokens / block_tokens);
  if (blocks >= 1) capacity.tokens = static_cast<std::uint32_t>(blocks * block_tokens);
  return capacity;
}

std::string does_not_fit(std::string_view model, std::string_view on, KvCapacity const& capacity) {
  std::string text = "model '" + std::string(model) + "' does not fit '" + std::string(on) + "' (";
  text += gib(capacity.weights) + " of weights, " + gib(capacity.available) + " for it";
  return text + (capacity.weights <= capacity.available ? ", not one KV block more)" : ")");
}

}  // namespace coinfer
