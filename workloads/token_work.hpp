// What one layer of a token model asks of a processor in one pass over a batch of sequences.
#pragma once

#include <cstdint>

#include "sim/base/units.hpp"

namespace coinfer {

/// What a pass works on: new tokens of several sequences at once (a prefill, decode steps, or both).
struct PassSize {
  double tokens = 0;     ///< new tokens, all sequences together
  double sequences = 0;  ///< sequences of which a next token is wanted: their last positions go through the head
  double attended = 0;   ///< sum over new tokens of the tokens each attends to, itself included
  double context = 0;    ///< sum over sequences of the tokens whose keys and values are read: held and new
  /// What `attended` and `context` gain from a pass to the next one, where each sequence then holds its new tokens, too.
  double attended_growth = 0;
  double context_growth = 0;

  /// Adds one sequence's part: `units` new tokens after `held` earlier ones. Causal attention: new token i attends to
  /// held + i; otherwise every new token attends to all of them.
  void add(double units, double held, bool yields, bool causal) {
    tokens += units;
    sequences += yields ? 1 : 0;
    attended += causal ? units * held + units * (units + 1) / 2 : units * (held + units);
    context += held + units;
    attended_growth += units * units;
    context_growth += units;
  }
};

/// Costs of one layer, linear in the pass but for experts. All counts >= 0.
struct TokenWork {
  Flop flop_per_token;
  Flop flop_per_sequence;  ///< the head works on last positions only
  Flop flop_per_attended;
  /// The head or pooler: a pass in which no sequence ends does not run it. All other layers run for every token.
  bool last_positions_only = false;
  Bytes weights;            ///< read once per pass, whatever its size
  Bytes weights_per_token;  ///< rows of an embedding
  Bytes expert_weights;     ///< of all routed experts together; a pass reads those that some token chose
  double experts = 0;       ///< routed experts; 0 where there are none
  double active_experts = 0;
  Bytes activations_per_token;  ///< inputs read and output written
  Bytes activations_per_sequence;
  Bytes kv_per_token;  ///< keys and values of one token: written for new ones, read for the context

  friend bool operator==(TokenWork const&, TokenWork const&) = default;
};

/// Arithmetic and traffic of one layer in one pass.
struct PassWork {
  Flop flop;
  Bytes bytes;
};

/// Of T tokens that each choose k of E experts evenly and independently, E (1 - (1 - k/E)^T) experts are read in
/// expectation; everything else is linear. A pass of no tokens does nothing, one that wants no next token leaves out the
/// layers of last positions. Leaves out skewed routing, and keys and values that a prefill reads more than once.
PassWork pass_work(TokenWork const& work, PassSize const& size);

/// What that gains from a pass to the next one on the same sequences, each of which then holds its new tokens, too. Nothing
/// for a layer that the pass leaves out.
PassWork pass_growth(TokenWork const& work, PassSize const& size);

}  // namespace coinfer
