// How the draws of a user add up: three composition theorems of differential privacy.
//
// The draws of a user are those for all words that the user sent, and all of them may differ between two neighbouring
// inputs: the total is what protects everything that one user said. Every theorem takes the same list, so many draws of
// each mechanism, and gives an epsilon:
//
// - sequential: sum of epsilon_i, at delta = 0 (Dwork & Roth 2014, theorem 3.16);
// - advanced (Kairouz, Oh & Viswanath 2015, theorem 3.5, for draws of different epsilon_i, each with delta_i = 0): with
//   S = sum of epsilon_i^2 and T = sum of epsilon_i (e^epsilon_i - 1) / (e^epsilon_i + 1), the least of
//     sum of epsilon_i,   T + sqrt(2 S ln(1/delta)),   T + sqrt(2 S ln(e + sqrt(S)/delta)).
//   The second is the bound of Dwork & Roth 2014, theorem 3.20, k epsilon (e^epsilon - 1) + sqrt(2 k ln(1/delta)) epsilon,
//   which is stated for k equal draws, with a smaller first term;
// - Renyi (Mironov 2017, proposition 1: divergences of one order add; then Canonne, Kamath & Steinke 2020, proposition 12):
//   the least over orders a of  D_a + ln(1 - 1/a) - ln(a delta) / (a - 1),  and never more than the plain sum, which is
//   order infinity.
//
// Assumed: the budgets of the draws are fixed before the first answer is seen. Which word comes next may depend on earlier
// answers (the theorems allow adaptive choices of mechanisms), but not how many are drawn for and at which epsilon: else
// a privacy filter would be needed (Rogers et al. 2016), whose constants are larger. A budget that stops a user by the
// number of draws made, as the ledger does, does not look at answers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "privacy/mechanism.hpp"

namespace coinfer {

enum class CompositionTheorem : std::uint8_t { sequential, advanced, renyi };
inline constexpr std::size_t composition_theorems = 3;

/// "sequential", "advanced", "renyi".
std::string_view to_string(CompositionTheorem theorem);
/// Name and place of the theorem.
std::string_view citation_of(CompositionTheorem theorem);

/// Bound on the Renyi divergence of order > 1 of one draw, in nats. Of any epsilon-DP mechanism that of randomised
/// response, the worst there is (Bun & Steinke 2016, proposition 3.3, where it is written with sinh):
///   D_a = ln(cosh((a - 1/2) epsilon) / cosh(epsilon / 2)) / (a - 1),  about a epsilon^2 / 2 for small a epsilon;
/// where the range is bounded also at most a epsilon^2 / 8 (Cesar & Rogers 2021, arXiv:2004.07223: such a
/// mechanism is epsilon^2/8-zCDP). Not of a budget per unit of distance (asserted).
double renyi_divergence(Mechanism const& mechanism, double order);

/// The epsilon >= 0 at which (epsilon, delta)-DP follows from one order > 1 of Renyi divergence; delta in (0, 1).
double epsilon_from_renyi(double order, double divergence, double delta);

/// The orders over which the Renyi epsilon is the least, ascending: 1 + 2^(j/4) for j from -80 to 80. The least over all
/// orders would be lower by at most 0.4 % where they enclose the best one, at about 1 + sqrt(2 ln(1/delta) / S): for S (the
/// sum of epsilon_i^2) from about 1e-11 to 1e13.
std::span<double const> renyi_orders();

/// Composes draws of a fixed list of mechanisms. What depends on the mechanisms and on delta alone is computed once.
class Composition {
 public:
  /// `delta` in (0, 1); without one only the sequential theorem says anything.
  Composition(std::vector<Mechanism> mechanisms, std::optional<double> delta);

  [[nodiscard]] std::span<Mechanism const> mechanisms() const { return mechanisms_; }
  [[nodiscard]] std::optional<double> delta() const { return delta_; }
  /// Whether the epsilon is one per unit of distance.
  [[nodiscard]] bool per_distance() const { return per_distance_; }
  /// Why the theorem says nothing here; empty where it does.
  [[nodiscard]] std::string reason_against(CompositionTheorem theorem) const;
  /// Total epsilon of so many draws of each mechanism; absent where there is a reason against the theorem.
  [[nodiscard]] std::optional<double> epsilon(CompositionTheorem theorem, std::span<std::uint64_t const> draws) const;

 private:
  [[nodiscard]] double sequential(std::span<std::uint64_t const> draws) const;
  [[nodiscard]] double advanced(std::span<std::uint64_t const> draws) const;
  [[nodiscard]] double renyi(std::span<std::uint64_t const> draws) const;

  std::vector<Mechanism> mechanisms_;
  std::optional<double> delta_;
  bool per_distance_ = false;
  bool mixed_ = false;               ///< some budgets are of a word and some per unit of distance
  std::vector<double> drifts_;       ///< by mechanism: epsilon (e^epsilon - 1) / (e^epsilon + 1)
  std::vector<double> divergences_;  ///< by mechanism, then order
  std::vector<double> tails_;        ///< by order: what the conversion adds to the divergence
};

}  // namespace coinfer
