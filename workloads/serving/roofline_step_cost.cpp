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
  if (group_.processor.memory) seconds_per_byte_ = 1 / (group_.tensor_parallel * group_.processor.memory->value());
  for (std::size_t kind = 0; kind < stack_.kinds.size(); ++kind) add_times(kind);
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

void RooflineStepCost::add_times(std::size_t kind) {
  double const seconds_per_flop = 1 / (group_.tensor_parallel * group_.processor.rate(stack_.compute_type)->value());
  TokenWork const& work = stack_.kinds[kind].work;
  TokenWork nothing;
  nothing.last_positions_only = work.last_positions_only;
  double const launch_s = work == nothing ? 0 : group_.processor.launch.value_or(Seconds(0)).value();
  times_.push_back(
      {kind, launch_s, work.flop_per_token.value() * seconds_per_flop, work.flop_per_sequence.value() * seconds_per_flop,
       work.flop_per_attended.value() * seconds_per_flop, work.weights.value() * seconds_per_byte_,
       (work.weights_per_token + work.activations_per_token).value() * seconds_per_byte_,
       work.activations_per_sequence.value() * seconds_per_byte_, work.kv_per_token.value() * seconds_per_byte_});
}

SteadyCost RooflineStepCost::steady(KindTimes const& times, PassSize const& size) const {
  TokenWork const& work = stack_.kinds[times.kind].work;
  if (work.last_positions_only ? size.sequences <= 0 : size.tokens <= 0) return {};
  SteadyCost const arithmetic{times.flop_per_token_s * size.tokens + times.flop_per_sequence_s * size.sequences +
                                  times.flop_per_attended_s * size.attended,
                              times.flop_per_attended_s * size.attended_growth};
  SteadyCost traffic{times.bytes_s + times.bytes_per_token_s * size.tokens + times.bytes_per_sequence_s * size.sequences +
                         times.kv_per_token_s * (size.tokens + size.context),
                     times.kv_per_token_s * size.context_growth};
  // Which experts a pass reads is no straight line in its tokens.
  if (work.experts > 0) traffic.first = pass_work(work, size).bytes.value() * seconds_per_byte_;
  SteadyCost time = larger(arithmetic, traffic);
  time.first += times.launch_s;
  return time;
}

SteadyCost RooflineStepCost::steady(Batch const& batch) const {
  if (batch.items.empty()) return {};
  PassSize const size = pass_size(batch, stack_.causal);
  StepParts fixed;
  fixed.overhead = overhead_;
  add_messages(size, fixed);
  SteadyCost sum{fixed.sum().value()};
  for (KindTimes const& times : times_) sum += stack_.kinds[times.kind].times * steady(times, size);
  return sum;
}

}  // namespace coinfer
