#include "workloads/serving/step_skew.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace coinfer {

namespace {

/// The element nearest to `value`; of two the smaller.
double nearest_of(std::vector<double> const& sorted, double value) {
  auto const above = std::lower_bound(sorted.begin(), sorted.end(), value);
  if (above == sorted.begin()) return sorted.front();
  if (above == sorted.end()) return sorted.back();
  return *above - value < value - *(above - 1) ? *above : *(above - 1);
}

}  // namespace

StepSkew::StepSkew(std::map<Bin, double> alphas) : alphas_(std::move(alphas)) {
  assert(!alphas_.empty());
  for (auto const& [bin, alpha] : alphas_) {
    bounds_[0].push_back(bin.prefill_tokens);
    bounds_[1].push_back(bin.sequences);
    bounds_[2].push_back(bin.greatest_context);
    bounds_[3].push_back(bin.prefill_context);
  }
  for (auto& bounds : bounds_) {
    std::sort(bounds.begin(), bounds.end());
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  }
}

std::optional<double> StepSkew::alpha(StepMeasures const& measures) const {
  double const spread = measures.decode_context_max - measures.decode_context_min;
  assert(spread > 0);
  double const rate = (measures[StepQuantity::decode_context] - measures.decode_context_min) / spread;
  std::array<double, 4> const values = {measures[StepQuantity::prefill_tokens], measures[StepQuantity::decode_sequences],
                                        measures.decode_context_max, measures[StepQuantity::prefill_context]};
  std::array<double, 4> bins{};
  bins[0] = nearest_of(bounds_[0], values[0]);
  for (std::size_t i = 1; i < bins.size(); ++i) {
    auto const bound = std::lower_bound(bounds_[i].begin(), bounds_[i].end(), values[i]);
    if (bound == bounds_[i].end()) return std::nullopt;
    bins[i] = *bound;
  }
  Bin wanted{bins[0], bins[1], bins[2], bins[3], rate};
  auto const same = [&](auto const& entry) {
    Bin other = entry.first;
    other.skew_rate = rate;
    return other == wanted;
  };
  auto const upwards = alphas_.lower_bound(wanted);
  if (upwards != alphas_.end() && same(*upwards)) return upwards->second;
  if (upwards != alphas_.begin() && same(*std::prev(upwards))) return std::prev(upwards)->second;
  return std::nullopt;
}

}  // namespace coinfer
