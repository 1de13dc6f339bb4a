#include "workloads/serving/roofline_step_cost.hpp"

#include <cassert>

#include "platforms/roofline.hpp"
#include "workloads/serving/collectives.hpp"

namespace coinfer {

PassSize pass_size(Batch const& batch, bool causal) {
  PassSize size;
  for (BatchItem const& item : batch.items) size.add(item.units, item.held, item.yields, causal);
  return size;
}

RooflineStepCost::RooflineStepCost(TokenStack stack, ProcessorGroup group, Seconds overhead)
    : stack_(std::move(stack)), group_(std::move(group)), overhead_(overhead) {
  assert(can_price(stack_, group_.processor));
  assert(group_.tensor_parallel > 0 && group_.pipeline_parallel > 0);
  assert(group_.peer || group_.tensor_parallel * group_.pipeline_parallel == 1);
  Processor const& processor = group_.processor;
  double const members = group_.tensor_parallel;
  seconds_per_flop_ = 1 / (members * processor.rate(stack_.compute_type)->value());
  if (processor.memory) seconds_per_byte_ = 1 / (members * processor.memory->value());
  if (processor.launch) launch_s_ = processor.launch->value();
}

StepParts RooflineStepCost::parts(Batch const& batch) const {
  StepParts parts;
  if (batch.items.empty()) return parts;
  PassSize const size = pass_size(batch, stack_.causal);
  double const members = group_.tensor_parallel;
  for (TokenLayerKind const& kind : stack_.kinds) {
    PassWork const work = pass_work(kind.work, size);
    // A layer without arithmetic and without traffic starts no kernel.
    if (work.flop == Flop(0) && work.bytes == Bytes(0)) continue;
    auto const time = roofline(group_.processor, stack_.compute_type, work.flop / members, work.bytes / members);
    parts.compute += kind.times * time->time;
  }
  add_messages(size, parts);
  parts.overhead = overhead_;
  return parts;
}

void RooflineStepCost::add_messages(PassSize const& size, StepParts& parts) const {
  Bytes const hidden = size.tokens * stack_.hidden_per_token;
  if (group_.tensor_parallel > 1) {
    parts.collectives = 2.0 * stack_.blocks * all_reduce_time(hidden, group_.tensor_parallel, *group_.peer);
  }
  if (group_.pipeline_parallel > 1) parts.hops = (group_.pipeline_parallel - 1.0) * hop_time(hidden, *group_.peer);
}

SteadyCost RooflineStepCost::steady(Batch const& batch) const {
  if (batch.items.empty()) return {};
  PassSize const size = pass_size(batch, stack_.causal);
  StepParts fixed;
  fixed.overhead = overhead_;
  add_messages(size, fixed);
  SteadyCost sum{fixed.sum().value()};
  for (TokenLayerKind const& kind : stack_.kinds) {
    PassWork const work = pass_work(kind.work, size);
    if (work.flop == Flop(0) && work.bytes == Bytes(0)) continue;
    PassWork const growth = pass_growth(kind.work, size);
    SteadyCost time = larger({work.flop.value() * seconds_per_flop_, growth.flop.value() * seconds_per_flop_},
                             {work.bytes.value() * seconds_per_byte_, growth.bytes.value() * seconds_per_byte_});
    time.first += launch_s_;
    sum += kind.times * time;
  }
  return sum;
}

}  // namespace coinfer
