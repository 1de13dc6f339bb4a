#include "privacy/plan.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

namespace {

/// The role of `value`: its place among those seen so far, added where it is new.
template <class Value>
std::uint32_t role_of(std::vector<Value>& seen, Value const& value) {
  auto const found = std::find(seen.begin(), seen.end(), value);
  if (found == seen.end()) {
    seen.push_back(value);
    return static_cast<std::uint32_t>(seen.size() - 1);
  }
  return static_cast<std::uint32_t>(found - seen.begin());
}

}  // namespace

std::uint32_t PlanBuilder::tensor(std::vector<std::string> names) {
  assert(!names.empty());
  for (std::uint32_t i = 0; i < tensors_.size(); ++i) {
    if (tensors_[i].names.front() == names.front()) return i;
  }
  tensors_.push_back(Tensor{std::move(names)});
  return static_cast<std::uint32_t>(tensors_.size() - 1);
}

PlanBuilder::Step PlanBuilder::add(Task task, PlanTask meaning, std::span<Step const> after) {
  auto const step = static_cast<Step>(tasks_.size());
  tasks_.push_back(task);
  meanings_.push_back(meaning);
  for (Step before : after) edges_.push_back({before, step});
  return step;
}

PlanBuilder::Step PlanBuilder::compute(ProcessorRef processor, Seconds time, Part part, PlanTask meaning,
                                       std::span<Step const> after) {
  Task const task{TaskKind::compute, part, role_of(processors_, processor), time.value()};
  return add(task, meaning, after);
}

PlanBuilder::Step PlanBuilder::transfer(Journey journey, Bytes amount, PlanTask meaning, std::span<Step const> after) {
  Task const task{TaskKind::transfer, wire_part, role_of(journeys_, journey), amount.value()};
  return add(task, meaning, after);
}

Plan PlanBuilder::build() const { return Plan{TaskGraph(tasks_, edges_), meanings_, tensors_, processors_, journeys_}; }

}  // namespace coinfer
