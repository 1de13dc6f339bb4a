#include "workloads/token_work.hpp"

#include "sim/base/portable_math.hpp"

namespace coinfer {

namespace {

// Experts that some of `tokens` tokens chose, in expectation: E (1 - (1 - k/E)^T).
double experts_read(TokenWork const& work, double tokens) {
  if (work.active_experts >= work.experts) return work.experts;
  constexpr double largest_exponent = 700;  // beyond it the share of experts that nobody chose is nothing
  double const exponent = -tokens * portable_log(1 - work.active_experts / work.experts);
  return exponent > largest_exponent ? work.experts : work.experts * (1 - portable_exp(-exponent));
}

bool left_out(TokenWork const& work, PassSize const& size) {
  return work.last_positions_only ? size.sequences <= 0 : size.tokens <= 0;
}

}  // namespace

PassWork pass_growth(TokenWork const& work, PassSize const& size) {
  if (left_out(work, size)) return {};
  return {work.flop_per_attended * size.attended_growth, work.kv_per_token * size.context_growth};
}

PassWork pass_work(TokenWork const& work, PassSize const& size) {
  if (left_out(work, size)) return {};
  PassWork pass;
  pass.flop =
      work.flop_per_token * size.tokens + work.flop_per_sequence * size.sequences + work.flop_per_attended * size.attended;
  pass.bytes = work.weights + work.weights_per_token * size.tokens + work.activations_per_token * size.tokens +
               work.activations_per_sequence * size.sequences + work.kv_per_token * (size.tokens + size.context);
  if (work.experts > 0) {
    pass.bytes += work.expert_weights * (experts_read(work, size.tokens) / work.experts);
  }
  return pass;
}

}  // namespace coinfer
