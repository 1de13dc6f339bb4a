#include "scenarios/run/sessions_shown.hpp"

namespace coinfer {

std::uint64_t SessionsShown::of(Plan const& plan, Phase const& iteration, std::uint32_t task) const {
  std::uint32_t const tensor = iteration.tasks[task].tensor;
  bool const answer = tensor != PlanTask::no_tensor && plan.tensors[tensor].names.front() == "output";
  Task const& work = iteration.graph.tasks()[task];
  bool const last_positions = work.kind == TaskKind::transfer && work.amount <= 0 && iteration.amounts[task].per_token <= 0;
  return answer || last_positions ? yielding : all;
}

}  // namespace coinfer
