// The time of an iteration of a token model from the roofline of a processor, or of a group of them.
#pragma once

#include <optional>
#include <vector>

#include "platforms/processor.hpp"
#include "sim/kernel/batching.hpp"
#include "workloads/serving/server_config.hpp"
#include "workloads/serving/token_stack.hpp"

namespace coinfer {

/// Identical processors that serve one replica together.
struct ProcessorGroup {
  Processor processor;
  std::uint32_t tensor_parallel = 1;
  std::uint32_t pipeline_parallel = 1;
  std::optional<PeerLink> peer;  ///< given where there is more than one member
};

/// The parts of the time of one iteration; it takes their sum.
struct StepParts {
  Seconds compute;
  Seconds collectives;  ///< all-reduces of the tensor-parallel members
  Seconds hops;         ///< between pipeline stages
  Seconds overhead;     ///< of the host
  [[nodiscard]] Seconds sum() const { return compute + collectives + hops + overhead; }
};

/// The new tokens of a batch as one pass.
PassSize pass_size(Batch const& batch, bool causal);

/// With t tensor-parallel members, p pipeline stages and the pass of the batch:
///
///   compute     = sum over layers of max(flop / (t * rate), bytes / (t * memory bandwidth)) + launch
///   collectives = 2 * blocks * all_reduce_time(tokens * hidden bytes, t)
///   hops        = (p - 1) * hop_time(tokens * hidden bytes)
///
/// with flop and bytes of workloads/token_work.hpp and effective rates (platforms/roofline.hpp has the citation and what a
/// roofline leaves out). Two all-reduces per block: Shoeybi et al., "Megatron-LM", 2019, section 3. The stages of a
/// pipeline work one after the other on the one batch that is under way, so p stages add memory and hops but no throughput:
/// batches that overlap in a pipeline are left out. So are activations and keys that every member holds (they count as
/// divided by t), and the gathering of the head's outputs. Where the processor has no memory bandwidth or launch cost on
/// record those terms are missing and the time is a lower estimate; `memory_term_missing` and `launch_term_missing` say so.
class RooflineStepCost : public StepCost {
 public:
  /// The processor must have a rate for the compute type (asserted): `can_price`.
  RooflineStepCost(TokenStack stack, ProcessorGroup group, Seconds overhead);

  [[nodiscard]] static bool can_price(TokenStack const& stack, Processor const& processor) {
    return processor.rate(stack.compute_type).has_value();
  }

  [[nodiscard]] double seconds(Batch const& batch) const override { return parts(batch).sum().value(); }
  /// Up to where arithmetic and memory of some layer change places in the maximum.
  [[nodiscard]] SteadyCost steady(Batch const& batch) const override;
  /// An empty batch costs nothing.
  [[nodiscard]] StepParts parts(Batch const& batch) const;

  [[nodiscard]] bool memory_term_missing() const { return !group_.processor.memory.has_value(); }
  [[nodiscard]] bool launch_term_missing() const { return !group_.processor.launch.has_value(); }

 private:
  /// Collectives and hops.
  void add_messages(PassSize const& size, StepParts& parts) const;

  TokenStack stack_;
  ProcessorGroup group_;
  Seconds overhead_;
  /// The terms of one kind's maximum as they depend on a pass, in seconds; 0 where the bandwidth is not on record.
  /// Iterations are priced so often that the layers themselves would take too long.
  struct KindTimes {
    std::size_t kind = 0;  ///< index in the stack
    double launch_s = 0;   ///< 0 where there is nothing to start
    double flop_per_token_s = 0;
    double flop_per_sequence_s = 0;
    double flop_per_attended_s = 0;
    double bytes_s = 0;
    double bytes_per_token_s = 0;
    double bytes_per_sequence_s = 0;
    double kv_per_token_s = 0;
  };
  void add_times(std::size_t kind);
  /// Of one run of the kind; nothing where the pass leaves it out.
  [[nodiscard]] SteadyCost steady(KindTimes const& times, PassSize const& size) const;

  std::vector<KindTimes> times_;
  double seconds_per_byte_ = 0;  ///< of the group
};

}  // namespace coinfer
