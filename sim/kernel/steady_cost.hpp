// What iterations on a batch that does not change cost, one after the other.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace coinfer {

/// A quantity of consecutive iterations: the i-th of them, i = 0, 1, ... below `steps`, has first + i * growth. What comes
/// behind is not known.
struct SteadyCost {
  static constexpr std::uint32_t without_end = std::numeric_limits<std::uint32_t>::max();
  double first = 0;
  double growth = 0;
  std::uint32_t steps = without_end;  ///< at least 1

  /// Over the first `count` iterations together.
  [[nodiscard]] double sum(std::uint32_t count) const {
    double const n = count;
    return n * first + growth * (n * (n - 1) / 2);
  }
  SteadyCost& operator+=(SteadyCost const& other) {
    first += other.first;
    growth += other.growth;
    steps = std::min(steps, other.steps);
    return *this;
  }
  friend SteadyCost operator+(SteadyCost a, SteadyCost const& b) { return a += b; }
  friend SteadyCost operator*(double factor, SteadyCost const& cost) {
    return {factor * cost.first, factor * cost.growth, cost.steps};
  }
};

/// For how many iterations, from the first on, `line` is at most 0; `without_end` where it always is, 0 where it is not.
inline std::uint32_t steps_at_most_zero(SteadyCost const& line) {
  if (line.first > 0) return 0;
  if (line.growth <= 0) return SteadyCost::without_end;
  double const last = std::floor(-line.first / line.growth);
  return last < SteadyCost::without_end - 1.0 ? static_cast<std::uint32_t>(last) + 1 : SteadyCost::without_end;
}

/// The larger of two, for as long as that is the same one.
inline SteadyCost larger(SteadyCost a, SteadyCost b) {
  // Where both begin equal, the one that grows faster is the larger from then on.
  if (b.first > a.first || (b.first == a.first && b.growth > a.growth)) std::swap(a, b);
  std::uint32_t const until = steps_at_most_zero({b.first - a.first, b.growth - a.growth});
  return {a.first, a.growth, std::max<std::uint32_t>(1, std::min({a.steps, b.steps, until}))};
}

}  // namespace coinfer
