#include "privacy/protocols/inside_step_cost.hpp"

#include <cassert>

#include "workloads/serving/roofline_step_cost.hpp"

namespace coinfer {

InsideStepCost::InsideStepCost(TokenStack stack, Processor processor, Enclave enclave, Counts counts)
    : stack_(std::move(stack)), processor_(std::move(processor)), enclave_(std::move(enclave)), counts_(counts) {
  assert(processor_.rate(stack_.compute_type).has_value());
}

double InsideStepCost::seconds(Batch const& batch) const {
  if (batch.items.empty()) return 0;
  PassSize const size = pass_size(batch, stack_.causal);
  FlopPerSecond const rate = *processor_.rate(stack_.compute_type);
  Seconds sum;
  for (TokenLayerKind const& kind : stack_.kinds) {
    PassWork const work = pass_work(kind.work, size);
    if (work.flop == Flop(0) && work.bytes == Bytes(0)) continue;
    InsideWork inside;
    inside.compute_bound = work.flop / rate;
    if (processor_.memory) inside.memory_bound = work.bytes / *processor_.memory;
    inside.fixed = processor_.launch.value_or(Seconds(0));
    EnclaveCost const cost = enclave_cost(enclave_, {&inside, 1});
    sum += kind.times * (counts_ == Counts::usual ? cost.compute : cost.enclave);
  }
  return sum.value();
}

}  // namespace coinfer
