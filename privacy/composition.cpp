#include "privacy/composition.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

#include "sim/base/portable_math.hpp"

namespace coinfer {

namespace {

constexpr int lowest_quarter = -80;
constexpr int highest_quarter = 80;
constexpr std::size_t order_count = highest_quarter - lowest_quarter + 1;

/// Exact powers of two times four constants, so that the orders are the same everywhere.
std::array<double, order_count> make_orders() {
  constexpr std::array<double, 4> quarters = {1.0, 1.189207115002721, 1.4142135623730951, 1.681792830507429};
  std::array<double, order_count> orders{};
  for (int j = lowest_quarter; j <= highest_quarter; ++j) {
    int const whole = (j - lowest_quarter) / 4 + lowest_quarter / 4;
    orders[static_cast<std::size_t>(j - lowest_quarter)] =
        1 + std::ldexp(quarters[static_cast<unsigned>(j - lowest_quarter) % 4], whole);
  }
  return orders;
}

/// e^-x - 1 for x >= 0 however large.
double expm1_of_minus(double x) { return x > 700 ? -1.0 : portable_expm1(-x); }

/// tanh(x) = (1 - e^-2x) / (1 + e^-2x), x >= 0.
double tanh_of(double x) {
  double const less = expm1_of_minus(2 * x);
  return -less / (2 + less);
}

/// sinh(x) for 0 <= x <= 1: (e^x - e^-x) / 2 without cancellation.
double small_sinh(double x) {
  double const more = portable_expm1(x);
  return (more + more / (more + 1)) / 2;
}

/// ln(cosh(a) / cosh(b)) for a = (order - 1/2) epsilon and b = epsilon / 2.
double log_cosh_ratio(double order, double epsilon) {
  double const half = epsilon / 2;
  if (order * epsilon < 1) {
    // cosh a - cosh b = 2 sinh((a + b)/2) sinh((a - b)/2): where both are near 1, their difference is what counts.
    double const cosh_half = 1 + 2 * small_sinh(half / 2) * small_sinh(half / 2);
    return portable_log1p(2 * small_sinh(order * half) * small_sinh((order - 1) * half) / cosh_half);
  }
  // ln cosh x = x - ln 2 + ln(1 + e^-2x).
  auto const tail = [](double x) { return portable_log1p(1 + expm1_of_minus(2 * x)); };
  return (order - 1) * epsilon + tail((order - 0.5) * epsilon) - tail(half);
}

/// What the conversion of one order adds to the divergence.
double conversion_tail(double order, double delta) {
  return portable_log1p(-1 / order) - (portable_log(delta) + portable_log(order)) / (order - 1);
}

}  // namespace

std::string_view to_string(CompositionTheorem theorem) {
  switch (theorem) {
    case CompositionTheorem::sequential:
      return "sequential";
    case CompositionTheorem::advanced:
      return "advanced";
    default:
      return "renyi";
  }
}

std::string_view citation_of(CompositionTheorem theorem) {
  switch (theorem) {
    case CompositionTheorem::sequential:
      return "Dwork & Roth 2014, theorem 3.16";
    case CompositionTheorem::advanced:
      return "Kairouz, Oh & Viswanath 2015, theorem 3.5";
    default:
      return "Mironov 2017, proposition 1; Canonne, Kamath & Steinke 2020, proposition 12";
  }
}

double renyi_divergence(Mechanism const& mechanism, double order) {
  assert(!mechanism.per_distance() && order > 1);
  double const epsilon = mechanism.epsilon_of_draw();
  double const worst = std::min(epsilon, log_cosh_ratio(order, epsilon) / (order - 1));
  if (!mechanism.bounded_range()) return worst;
  return std::min(worst, order * epsilon * epsilon / 8);
}

double epsilon_from_renyi(double order, double divergence, double delta) {
  assert(order > 1 && divergence >= 0 && delta > 0 && delta < 1);
  return std::max(0.0, divergence + conversion_tail(order, delta));
}

std::span<double const> renyi_orders() {
  static std::array<double, order_count> const orders = make_orders();
  return orders;
}

Composition::Composition(std::vector<Mechanism> mechanisms, std::optional<double> delta)
    : mechanisms_(std::move(mechanisms)), delta_(delta) {
  assert(!delta || (*delta > 0 && *delta < 1));
  auto const per_distance = [](Mechanism const& mechanism) { return mechanism.per_distance(); };
  per_distance_ = std::any_of(mechanisms_.begin(), mechanisms_.end(), per_distance);
  mixed_ = per_distance_ && !std::all_of(mechanisms_.begin(), mechanisms_.end(), per_distance);
  if (!delta_ || per_distance_) return;
  for (Mechanism const& mechanism : mechanisms_) {
    double const epsilon = mechanism.epsilon_of_draw();
    drifts_.push_back(epsilon * tanh_of(epsilon / 2));
    for (double const order : renyi_orders()) divergences_.push_back(renyi_divergence(mechanism, order));
  }
  for (double const order : renyi_orders()) tails_.push_back(conversion_tail(order, *delta_));
}

std::string Composition::reason_against(CompositionTheorem theorem) const {
  if (mixed_) return "budgets of a word and budgets per unit of distance do not add up";
  if (theorem == CompositionTheorem::sequential) return "";
  if (per_distance_) return "a budget per unit of distance adds up by the plain sum only";
  if (!delta_) return "no delta is given";
  return "";
}

std::optional<double> Composition::epsilon(CompositionTheorem theorem, std::span<std::uint64_t const> draws) const {
  assert(draws.size() == mechanisms_.size());
  if (!reason_against(theorem).empty()) return std::nullopt;
  switch (theorem) {
    case CompositionTheorem::sequential:
      return sequential(draws);
    case CompositionTheorem::advanced:
      return advanced(draws);
    default:
      return renyi(draws);
  }
}

double Composition::sequential(std::span<std::uint64_t const> draws) const {
  double sum = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    sum += static_cast<double>(draws[i]) * mechanisms_[i].epsilon_of_draw();
  }
  return sum;
}

double Composition::advanced(std::span<std::uint64_t const> draws) const {
  double const plain = sequential(draws);
  double drift = 0;
  double squares = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    double const count = static_cast<double>(draws[i]);
    double const epsilon = mechanisms_[i].epsilon_of_draw();
    drift += count * drifts_[i];
    squares += count * epsilon * epsilon;
  }
  double const inverse = std::sqrt(squares) / *delta_;
  double spread = -portable_log(*delta_);
  if (inverse <= std::numeric_limits<double>::max()) {
    spread = std::min(spread, portable_log(std::numbers::e + inverse));
  }
  return std::min(plain, drift + std::sqrt(2 * squares * spread));
}

double Composition::renyi(std::span<std::uint64_t const> draws) const {
  double least = sequential(draws);
  std::size_t const orders = tails_.size();
  for (std::size_t k = 0; k < orders; ++k) {
    double divergence = 0;
    for (std::size_t i = 0; i < draws.size(); ++i) {
      divergence += static_cast<double>(draws[i]) * divergences_[i * orders + k];
    }
    least = std::min(least, divergence + tails_[k]);
  }
  return std::max(0.0, least);
}

}  // namespace coinfer
