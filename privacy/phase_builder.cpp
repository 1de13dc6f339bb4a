#include <algorithm>
#include <cassert>

#include "privacy/plan.hpp"

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

std::uint32_t PhaseBuilder::tensor(std::vector<std::string> names) { return plan_->tensor(std::move(names)); }

std::uint32_t PhaseBuilder::cost(std::shared_ptr<StepCost const> cost) {
  assert(cost != nullptr);
  costs_.push_back(std::move(cost));
  return static_cast<std::uint32_t>(costs_.size() - 1);
}

PhaseBuilder::Step PhaseBuilder::add(Task task, PlanTask meaning, std::span<Step const> after, AmountRule rule) {
  auto const step = static_cast<Step>(tasks_.size());
  assert(rule.cost == AmountRule::no_cost || rule.cost < costs_.size());
  assert(rule.overhead == AmountRule::no_cost || rule.overhead < costs_.size());
  assert(rule.second_overhead == AmountRule::no_cost || rule.second_overhead < costs_.size());
  tasks_.push_back(task);
  meanings_.push_back(meaning);
  rules_.push_back(rule);
  for (Step before : after) edges_.push_back({before, step});
  return step;
}

PhaseBuilder::Step PhaseBuilder::compute(StationRef station, Seconds time, Part part, PlanTask meaning,
                                         std::span<Step const> after, AmountRule rule, Part extra_part, Part second_part) {
  Task task;
  task.kind = TaskKind::compute;
  task.part = part;
  task.role = role_of(plan_->plan_.stations, station);
  task.amount = time.value();
  task.first_extra_part = extra_part;
  task.second_extra_part = second_part;
  return add(task, meaning, after, rule);
}

PhaseBuilder::Step PhaseBuilder::compute_split(StationRef station, Seconds time, Part part, Seconds extra, Part extra_part,
                                               Seconds second, Part second_part, PlanTask meaning,
                                               std::span<Step const> after) {
  Step const step = compute(station, time, part, meaning, after, {}, extra_part, second_part);
  tasks_[step].first_extra = extra.value();
  tasks_[step].second_extra = second.value();
  return step;
}

PhaseBuilder::Step PhaseBuilder::transfer(Journey journey, Bytes amount, PlanTask meaning, std::span<Step const> after,
                                          AmountRule rule) {
  Task task;
  task.kind = TaskKind::transfer;
  task.part = wire_part;
  task.role = role_of(plan_->plan_.journeys, journey);
  task.amount = amount.value();
  return add(task, meaning, after, rule);
}

PhaseBuilder::Step PhaseBuilder::delay(Seconds time, Part part, std::span<Step const> after, AmountRule rule) {
  Task task;
  task.kind = TaskKind::delay;
  task.part = part;
  task.amount = time.value();
  return add(task, PlanTask{}, after, rule);
}

PhaseBuilder::Step PhaseBuilder::serve(ProcessorRef server, ServeForm form, std::span<Step const> after) {
  Task task;
  task.kind = TaskKind::serve;
  task.role = role_of(plan_->plan_.servers, server);
  task.form = form;
  return add(task, PlanTask{}, after, AmountRule{});
}

Phase PhaseBuilder::build() const {
  return Phase{kind_, scope_, server_, TaskGraph(tasks_, edges_), meanings_, rules_, costs_, first_token_};
}

PhaseBuilder& PlanBuilder::add(PhaseKind kind) {
  phases_.push_back(PhaseBuilder(*this, kind));
  return phases_.back();
}

PhaseBuilder& PlanBuilder::once() { return add(PhaseKind::once); }

PhaseBuilder& PlanBuilder::each_step(std::uint32_t tokens_per_step, double acceptance) {
  plan_.tokens_per_step = tokens_per_step;
  plan_.acceptance = acceptance;
  return add(PhaseKind::each_step);
}

PhaseBuilder& PlanBuilder::closing() { return add(PhaseKind::closing); }

PhaseBuilder& PlanBuilder::setup(SetupScope scope) {
  PhaseBuilder& phase = add(PhaseKind::setup);
  phase.scope_ = scope;
  return phase;
}

PhaseBuilder& PlanBuilder::iteration(ProcessorRef server) {
  std::uint32_t const role = role_of(plan_.servers, server);
  assert(std::none_of(phases_.begin(), phases_.end(), [role](PhaseBuilder const& phase) {
    return phase.kind_ == PhaseKind::iteration && phase.server_ == role;
  }));
  PhaseBuilder& phase = add(PhaseKind::iteration);
  phase.server_ = role;
  return phase;
}

std::uint32_t PlanBuilder::tensor(std::vector<std::string> names) {
  assert(!names.empty());
  std::vector<Tensor>& tensors = plan_.tensors;
  for (std::uint32_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].names.front() == names.front()) return i;
  }
  tensors.push_back(Tensor{std::move(names)});
  return static_cast<std::uint32_t>(tensors.size() - 1);
}

void PlanBuilder::release(Release const& release) {
  Tensor& tensor = plan_.tensors[release.tensor];
  tensor.epsilon = release.mechanism.epsilon_of_draw();
  tensor.epsilon_scale = std::string(to_string(release.mechanism.kind)) + "_one_draw" +
                         (release.mechanism.per_distance() ? "_per_unit_of_distance" : "");
  plan_.releases.push_back(release);
}

void PlanBuilder::hold(ProcessorRef server, Bytes weights) {
  std::uint32_t const role = role_of(plan_.servers, server);
  plan_.held_weights.resize(plan_.servers.size());
  plan_.held_weights[role] = weights;
}

void PlanBuilder::note(std::string text) {
  std::vector<std::string>& notes = plan_.notes;
  if (std::find(notes.begin(), notes.end(), text) == notes.end()) notes.push_back(std::move(text));
}

Plan PlanBuilder::build() const {
  Plan plan = plan_;
  plan.held_weights.resize(plan.servers.size());
  for (PhaseBuilder const& phase : phases_) {
    if (!phase.empty()) plan.phases.push_back(phase.build());
  }
  return plan;
}

}  // namespace coinfer
