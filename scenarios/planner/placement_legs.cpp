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
    std::optional<Usd> const cost = pricer().cost(unit);
    cost_of_unit_usd_.push_back(cost ? cost->value() : std::numeric_limits<double>::infinity());
  }
  if (std::find(figures_.begin(), figures_.end(), PlanFigure::loads) != figures_.end()) {
    assert(figures_.back() == PlanFigure::loads);
    find_shared();
  }
  first_link_ = resources - 2 * table.setting().scenario.platform.links().size();
}

/// Which resources two legs of one placement may both use: such loads add up, whereas of all others only the largest
/// counts from the start.
void PlacementLegs::find_shared() {
  std::uint32_t const tiers = this->tiers();
  // What uses a resource: the work of a tier, its answer, or a message between two; first and last tier of each.
  struct Use {
    std::uint32_t first;
    std::uint32_t last;
    bool message;
  };
  std::vector<std::vector<Use>> uses(pricer().resources());
  auto const note = [&](RequestPrice const& price, Use use) {
    for (std::size_t r = 0; r < price.usage.size(); ++r) {
      if (price.usage[r] > 0) uses[pricer().loaded_resource(r)].push_back(use);
    }
  };
  CutIndex const some = std::min<CutIndex>(1, cuts().last());
  for (std::uint32_t to = 0; to < tiers; ++to) {
    note(table_.message(Leg::source, to, 0).price, {0, to, true});
    for (std::uint32_t from = 0; from < to; ++from) note(table_.message(from, to, some).price, {from, to, true});
    note(table_.answer(to), {to, to, false});
    ProcessorRef const at = table_.setting().tiers[to].at;
    RequestPrice work{Seconds(0), std::vector<double>(pricer().resources(), 0)};
    work.usage[pricer().station_index(StationRef{at.bare()})] = 1;
    if (at.enclave) {
      for (auto const unit : {StationRef::Unit::processor, StationRef::Unit::bridge}) {
        work.usage[pricer().station_index({at, unit})] = 1;
      }
    }
    note(work, {to, to, false});
  }
  auto const together = [](Use const& a, Use const& b) {
    // Two messages of one placement follow one another; a tier between the ends of a message does not work.
    if (a.message && b.message) return a.last <= b.first || b.last <= a.first;
    if (a.message) return b.first <= a.first || b.first >= a.last;
    if (b.message) return a.first <= b.first || a.first >= b.last;
    return true;
  };
  for (std::size_t r = 0; r < uses.size(); ++r) {
    bool shared = false;
    for (std::size_t i = 0; i < uses[r].size(); ++i) {
      for (std::size_t k = i + 1; k < uses[r].size(); ++k) shared = shared || together(uses[r][i], uses[r][k]);
    }
    load_place_.push_back(shared ? ++shared_ : 0);
  }
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
      if (figures_[f] != PlanFigure::loads) continue;
      std::size_t const place = load_place_[pricer().loaded_resource(r)];
      double const load_s = used * pricer().load_of_unit_s(r);
      into[f + place] = place == 0 ? std::max(into[f], load_s) : into[f + place] + load_s;
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
