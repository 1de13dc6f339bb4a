#include "scenarios/planner/placement_legs.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace coinfer {

PlacementLegs::PlacementLegs(LegTable const& table, std::vector<PlanFigure> figures, BindingRules rules)
    : table_(table), figures_(std::move(figures)), rules_(rules) {
  std::size_t const resources = pricer().resources();
  for (std::size_t r = 0; r < resources; ++r) {
    std::vector<double> unit(resources, 0);
    unit[r] = 1;
    std::optional<Joules> const energy = pricer().energy(unit);
    energy_of_unit_j_.push_back(energy ? energy->value() : std::numeric_limits<double>::infinity());
    cost_of_unit_usd_.push_back(pricer().cost(unit).value_or(Usd(0)).value());
  }
  if (std::find(figures_.begin(), figures_.end(), PlanFigure::loads) != figures_.end()) {
    assert(figures_.back() == PlanFigure::loads);
    for (std::size_t r = 0; r < resources; ++r) load_of_.push_back(pricer().load_of_unit_s(r));
  }
  first_link_ = resources - 2 * table.setting().scenario.platform.links().size();
}

std::size_t PlacementLegs::width() const {
  return load_of_.empty() ? figures_.size() : figures_.size() - 1 + pricer().resources();
}

std::size_t PlacementLegs::place_of(PlanFigure figure) const {
  auto const found = std::find(figures_.begin(), figures_.end(), figure);
  assert(found != figures_.end());
  return static_cast<std::size_t>(found - figures_.begin());
}

void PlacementLegs::add(RequestPrice const& price, std::span<double> into) const {
  for (std::size_t f = 0; f < figures_.size(); ++f) {
    if (figures_[f] == PlanFigure::latency_s) into[f] += price.latency.value();
    if (figures_[f] == PlanFigure::leakage || figures_[f] == PlanFigure::places) continue;
    for (std::size_t r = 0; r < price.usage.size(); ++r) {
      double const used = price.usage[r];
      if (used <= 0) continue;
      if (figures_[f] == PlanFigure::energy_j) into[f] += used * energy_of_unit_j_[r];
      if (figures_[f] == PlanFigure::cost_usd) into[f] += used * cost_of_unit_usd_[r];
      if (figures_[f] == PlanFigure::bytes && r >= first_link_) into[f] += used;
      if (figures_[f] == PlanFigure::loads) into[f + pricer().loaded_resource(r)] += used * load_of_[r];
    }
  }
}

bool PlacementLegs::price(Leg const& leg, std::span<double> into) const {
  PlanSetting const& setting = table_.setting();
  ProcessorRef const there = setting.tiers[leg.to].at;
  bool const last = leg.end == cuts().last();
  if (setting.freedom == PlacementFreedom::one_enclave) {
    bool const gpu = setting.workload().protocol == "gpu_confidential";
    Processor const& processor = setting.scenario.platform.device(there.device).processors[there.processor];
    bool const right = there.enclave && processor.kind == (gpu ? Processor::Kind::gpu : Processor::Kind::cpu);
    if (!right || leg.from != Leg::source || !last) return false;
  }
  if (!last && !table_.separable(leg.begin, leg.end)) return false;
  if (rules_.pins && !table_.pins_allow(leg.to, leg.begin, leg.end)) return false;
  if (rules_.memory && !table_.fits_memory(leg.to, leg.begin, leg.end)) return false;
  LegTable::Message const& message = table_.message(leg.from, leg.to, leg.begin);
  if (message.price.latency.value() == std::numeric_limits<double>::infinity()) return false;
  if (rules_.floors && !message.keeps_floors) return false;
  RequestPrice const* const stage = table_.stage(leg.to, leg.begin, leg.end);
  if (stage == nullptr) return false;
  add(*stage, into);
  add(message.price, into);
  if (last) add(table_.answer(leg.to), into);
  for (std::size_t f = 0; f < figures_.size(); ++f) {
    if (figures_[f] == PlanFigure::leakage) into[f] = message.leakage;
    if (figures_[f] == PlanFigure::places) into[f] = 1;
  }
  return true;
}

}  // namespace coinfer
