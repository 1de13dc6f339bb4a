#include "scenarios/frontier/pareto.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace coinfer {

namespace {

bool beats(std::vector<double> const& a, std::vector<double> const& b) {
  assert(a.size() == b.size());
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    assert(!std::isnan(a[i]) && !std::isnan(b[i]));
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

}  // namespace

std::vector<bool> pareto_optimal(std::vector<std::vector<double>> const& costs) {
  std::vector<bool> optimal;
  optimal.reserve(costs.size());
  for (std::vector<double> const& one : costs) {
    optimal.push_back(std::none_of(costs.begin(), costs.end(), [&](auto const& other) { return beats(other, one); }));
  }
  return optimal;
}

}  // namespace coinfer
