#include "workloads/cost_trace.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

CostTrace::CostTrace(std::string model, std::map<ProcessorName, std::vector<MeasuredSpan>> spans)
    : model_(std::move(model)), spans_(std::move(spans)) {
  for (auto& [processor, list] : spans_) {
    std::sort(list.begin(), list.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < list.size(); ++i) {
      assert(list[i].first.valid() && list[i].first <= list[i].last);
      assert(i == 0 || list[i - 1].last < list[i].first);
    }
  }
}

std::vector<CostTrace::ProcessorName> CostTrace::processors() const {
  std::vector<ProcessorName> names;
  for (auto const& [name, list] : spans_) names.push_back(name);
  return names;
}

std::span<MeasuredSpan const> CostTrace::spans(std::string_view device, std::string_view processor) const {
  auto const found = spans_.find({std::string(device), std::string(processor)});
  if (found == spans_.end()) return {};
  return found->second;
}

TraceCoverage CostTrace::cover(std::string_view device, std::string_view processor, std::span<LayerId const> layers) const {
  assert(std::is_sorted(layers.begin(), layers.end()));
  TraceCoverage coverage;
  std::vector<bool> covered(layers.size(), false);
  for (MeasuredSpan const& span : spans(device, processor)) {
    auto const first = std::lower_bound(layers.begin(), layers.end(), span.first);
    std::size_t const begin = static_cast<std::size_t>(first - layers.begin());
    std::size_t const length = span.last.index() - span.first.index() + 1;
    // The list is sorted and without repetition: it holds the whole span if it holds both ends the right distance apart.
    if (begin + length > layers.size() || layers[begin] != span.first || layers[begin + length - 1] != span.last) continue;
    std::fill_n(covered.begin() + static_cast<std::ptrdiff_t>(begin), length, true);
    coverage.measured += span.time;
    coverage.spans.push_back(span);
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!covered[i]) coverage.not_covered.push_back(layers[i]);
  }
  return coverage;
}

}  // namespace coinfer
