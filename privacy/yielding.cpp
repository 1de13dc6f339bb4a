#include "privacy/yielding.hpp"

namespace coinfer {

bool shows_yielding_only(Plan const& plan, Phase const& iteration, std::uint32_t task) {
  std::uint32_t const tensor = iteration.tasks[task].tensor;
  bool const answer = tensor != PlanTask::no_tensor && plan.tensors[tensor].names.front() == "output";
  Task const& work = iteration.graph.tasks()[task];
  bool const last_positions = work.kind == TaskKind::transfer && work.amount <= 0 && iteration.amounts[task].per_token <= 0;
  return answer || last_positions;
}

}  // namespace coinfer
