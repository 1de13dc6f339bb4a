#include "scenarios/planner/stage_times.hpp"

#include <array>

#include "workloads/layer_cost.hpp"

namespace coinfer {

StageTimes::StageTimes(Model const& model, CutLattice const& cuts, Device const& device, Processor const& processor,
                       CostTrace const* trace)
    : sums_(cuts.size()), inside_(cuts.size()) {
  std::vector<double> roofline_s;
  std::vector<double> unpriced;
  for (std::uint32_t i = 0; i < model.layers().size(); ++i) {
    std::array<LayerId, 1> const one = {LayerId(i)};
    std::optional<ComputeCost> const cost = compute_cost(model, one, device, processor, nullptr);
    roofline_s.push_back(cost ? cost->time.value() : 0);
    unpriced.push_back(cost ? 0 : 1);
  }
  std::span<MeasuredSpan const> measured;
  if (trace != nullptr) measured = trace->spans(trace_name(device), processor.name);
  for (MeasuredSpan const& span : measured) {
    Span known{span.time.value(), 0};
    for (std::uint32_t i = span.first.index(); i <= span.last.index(); ++i) {
      known.change_s -= roofline_s[i];
      known.unpriced += unpriced[i];
    }
    spans_.push_back(known);
  }
  for (CutIndex cut = 0; cut < cuts.size(); ++cut) {
    Sums& sums = sums_[cut];
    for (std::uint32_t i = 0; i < model.layers().size(); ++i) {
      if (!cuts.holds(cut, i)) continue;
      sums.time_s += roofline_s[i];
      sums.unpriced += unpriced[i];
    }
    inside_[cut].resize(spans_.size());
    for (std::uint32_t s = 0; s < spans_.size(); ++s) {
      std::uint32_t held = 0;
      for (std::uint32_t i = measured[s].first.index(); i <= measured[s].last.index(); ++i) held += cuts.holds(cut, i);
      inside_[cut][s] = held == measured[s].last.index() - measured[s].first.index() + 1;
      if (inside_[cut][s]) {
        sums.time_s += spans_[s].change_s;
        sums.unpriced -= spans_[s].unpriced;
      } else if (held > 0) {
        sums.divided.push_back(s);
      }
    }
  }
}

std::optional<Seconds> StageTimes::time(CutIndex from, CutIndex to) const {
  double time_s = sums_[to].time_s - sums_[from].time_s;
  double unpriced = sums_[to].unpriced - sums_[from].unpriced;
  // What `from` divides is whole in `to` and yet not between the two.
  for (std::uint32_t span : sums_[from].divided) {
    if (!inside(to, span)) continue;
    time_s -= spans_[span].change_s;
    unpriced += spans_[span].unpriced;
  }
  if (unpriced > 0) return std::nullopt;
  return Seconds(time_s > 0 ? time_s : 0);
}

}  // namespace coinfer
