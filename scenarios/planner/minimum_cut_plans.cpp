#include "scenarios/planner/minimum_cut_plans.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "privacy/protocols/enclave_steps.hpp"
#include "privacy/protocols/wire.hpp"
#include "scenarios/planner/minimum_cut.hpp"
#include "workloads/enclave_cost.hpp"
#include "workloads/layer_cost.hpp"

namespace coinfer {

namespace {

double constexpr forbidden = std::numeric_limits<double>::infinity();

class CutPlans {
 public:
  CutPlans(LegTable const& table, PlanFigure figure) : table_(table), setting_(table.setting()), figure_(figure) {
    for (std::size_t t = 0; t < setting_.tiers.size(); ++t) layer_cost_.push_back(costs_on(t));
  }

  std::vector<Placement> all() {
    std::vector<Placement> placements;
    std::size_t const tiers = setting_.tiers.size();
    std::size_t constexpr few_tiers = 8;
    std::size_t constexpr most_tiers = 16;
    for (std::uint32_t set = 1; set < (1U << std::min(tiers, most_tiers)); ++set) {
      if (tiers > few_tiers && std::popcount(set) > 3) continue;
      std::vector<std::uint32_t> used;
      for (std::uint32_t t = 0; t < tiers; ++t) {
        if ((set >> t & 1U) != 0) used.push_back(t);
      }
      bool const starts_home = at_home(used.front());
      if (!starts_home && std::any_of(used.begin(), used.end(), [&](std::uint32_t t) { return at_home(t); })) continue;
      LayeredCut const cut = minimum_cut(problem_of(used));
      if (cut.cost == forbidden) continue;
      Placement placement = setting_.own;
      for (std::size_t i = 0; i < cut.tier_of.size(); ++i) placement.of_layer[i] = setting_.tiers[used[cut.tier_of[i]]].at;
      placements.push_back(std::move(placement));
    }
    return placements;
  }

 private:
  [[nodiscard]] bool at_home(std::uint32_t tier) const { return setting_.tiers[tier].at.device == setting_.source; }

  [[nodiscard]] double figure_of(RequestPrice const& price) const {
    IdlePricer const& pricer = table_.pricer();
    if (figure_ == PlanFigure::energy_j) {
      std::optional<Joules> const energy = pricer.energy(price.usage);
      return energy ? energy->value() : forbidden;
    }
    if (figure_ == PlanFigure::cost_usd) {
      std::optional<Usd> const cost = pricer.cost(price.usage);
      return cost ? cost->value() : forbidden;
    }
    return price.latency.value();
  }

  /// What a time on a tier costs.
  [[nodiscard]] double cost_of_time(std::size_t tier, double time_s) const {
    RequestPrice price{Seconds(time_s), std::vector<double>(table_.pricer().resources(), 0)};
    price.usage[table_.pricer().station_index(StationRef{setting_.tiers[tier].at})] = time_s;
    return figure_of(price);
  }

  [[nodiscard]] std::vector<double> costs_on(std::size_t tier) const {
    ProcessorRef const at = setting_.tiers[tier].at;
    Device const& device = setting_.scenario.platform.device(at.device);
    std::vector<double> times_s;
    for (std::uint32_t i = 0; i < setting_.model.layers().size(); ++i) {
      std::array<LayerId, 1> const one = {LayerId(i)};
      double time_s = forbidden;
      if (at.enclave) {
        Enclave const& enclave = enclave_of(setting_.scenario.platform, at);
        auto const cost = enclave_cost(setting_.model, one, device, enclave, nullptr);
        if (cost) time_s = (cost->compute + cost->enclave).value();
      } else {
        auto const cost = compute_cost(setting_.model, one, device, device.processors[at.processor], nullptr);
        if (cost) time_s = cost->time.value();
      }
      times_s.push_back(time_s);
    }
    if (setting_.trace && !at.enclave) share_measured(device, device.processors[at.processor], times_s);
    for (std::uint32_t i = 0; i < times_s.size(); ++i) {
      times_s[i] = setting_.allowed[tier][i] && times_s[i] < forbidden ? cost_of_time(tier, times_s[i]) : forbidden;
    }
    return times_s;
  }

  void share_measured(Device const& device, Processor const& processor, std::vector<double>& times_s) const {
    for (MeasuredSpan const& span : setting_.trace->spans(trace_name(device), processor.name)) {
      double const layers = span.last.index() - span.first.index() + 1;
      double sum_s = 0;
      for (std::uint32_t i = span.first.index(); i <= span.last.index(); ++i) sum_s += times_s[i];
      for (std::uint32_t i = span.first.index(); i <= span.last.index(); ++i) {
        bool const by_roofline = sum_s > 0 && sum_s < forbidden;
        times_s[i] = span.time.value() * (by_roofline ? times_s[i] / sum_s : 1 / layers);
      }
    }
  }

  /// What a byte costs from one tier to another.
  [[nodiscard]] double cost_of_byte(std::uint32_t from, std::uint32_t to) const {
    ProcessorRef const here = setting_.tiers[from].at;
    ProcessorRef const there = setting_.tiers[to].at;
    if (here.device == there.device) return 0;
    double constexpr many = 1e6;
    auto const cost = [&](double bytes) {
      ProtocolInput const input = table_.input();
      PlanBuilder builder;
      std::vector<PlanProblem> problems;
      Wire(input, problems).send(builder.once(), here, there, {{"cut"}, Bytes(bytes)}, {});
      return problems.empty() ? figure_of(table_.pricer().price(builder.build())) : forbidden;
    };
    double const most = cost(many);
    return most < forbidden ? (most - cost(0)) / many : forbidden;
  }

  [[nodiscard]] LayeredProblem problem_of(std::vector<std::uint32_t> const& used) const {
    Model const& model = setting_.model;
    LayeredProblem problem;
    problem.tiers = static_cast<std::uint32_t>(used.size());
    for (std::uint32_t i = 0; i < model.layers().size(); ++i) {
      problem.cost.emplace_back();
      for (std::uint32_t const tier : used) problem.cost.back().push_back(layer_cost_[tier][i]);
    }
    if (at_home(used.front())) {
      for (LayerId const reader : model.readers(model_input)) {
        for (std::uint32_t b = 0; b < used.size(); ++b) {
          if (!at_home(used[b])) problem.cost[reader.index()][b] = forbidden;
        }
      }
    }
    std::vector<double> of_byte;
    for (std::size_t b = 0; b + 1 < used.size(); ++b) of_byte.push_back(cost_of_byte(used[b], used[b + 1]));
    for (std::uint32_t i = 0; i < model.layers().size(); ++i) {
      LayeredProblem::Tensor tensor{i, {}, {}};
      for (LayerId const reader : model.readers(LayerId(i))) tensor.readers.push_back(reader.index());
      double const bytes = tensor_bytes(model, LayerId(i), setting_.wire.type).value();
      for (double const one : of_byte) tensor.step_cost.push_back(one < forbidden ? one * bytes : forbidden);
      problem.tensors.push_back(std::move(tensor));
    }
    return problem;
  }

  LegTable const& table_;
  PlanSetting const& setting_;
  PlanFigure figure_;
  std::vector<std::vector<double>> layer_cost_;  ///< by tier, by layer
};

}  // namespace

std::vector<Placement> minimum_cut_placements(LegTable const& table, PlanFigure figure) {
  bool const adds_up = figure == PlanFigure::latency_s || figure == PlanFigure::energy_j || figure == PlanFigure::cost_usd;
  if (!adds_up || table.setting().freedom != PlacementFreedom::any) return {};
  return CutPlans(table, figure).all();
}

}  // namespace coinfer
