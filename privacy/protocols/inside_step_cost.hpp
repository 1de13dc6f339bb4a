// The time of work on a batch of sequences inside an enclave of a cpu.
#pragma once

#include "platforms/enclave.hpp"
#include "platforms/processor.hpp"
#include "sim/kernel/batching.hpp"
#include "workloads/enclave_cost.hpp"
#include "workloads/serving/token_stack.hpp"

namespace coinfer {

/// One of the two parts of the time of a stack in one pass: what the normal world would take, or what the slowdown of the
/// enclave adds (workloads/enclave_cost.hpp has the equation). Everything is taken to fit the protected memory, which the
/// caller checks. An empty batch takes no time.
class InsideStepCost final : public StepCost {
 public:
  enum class Counts { usual, slowdown };
  /// The processor must have a rate for the stack's compute type (asserted).
  InsideStepCost(TokenStack stack, Processor processor, Enclave enclave, Counts counts);

  [[nodiscard]] double seconds(Batch const& batch) const override;

 private:
  TokenStack stack_;
  Processor processor_;
  Enclave enclave_;
  Counts counts_;
};

}  // namespace coinfer
