// Differentially private mechanisms that replace words, and what one draw of them promises.
//
// Two inputs are neighbours if they differ in the word of that draw, whichever other word stands there. What a user gives
// away over many draws is the business of composition.hpp: there all words that the user sent may differ.
//
// All of this holds for the words that are drawn for. A word that counts as not sensitive crosses unprotected, in CMIF and
// in the "+" forms of the other two alike, and which words those are is no secret either; nor is how many words there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace coinfer {

/// How a word is drawn.
enum class MechanismKind : std::uint8_t {
  /// y = argmax_v (u(x, v) + Lap(2 D / epsilon)), D the sensitivity of the score u: epsilon-DP (Dwork & Roth 2014,
  /// section 3.3, where the scores are counts and half that noise suffices). CMIF's.
  report_noisy_max,
  /// Pr(y) ~ exp(epsilon u(x, y) / (2 D)): epsilon-DP (Dwork & Roth 2014, theorem 3.10) and of epsilon-bounded range
  /// (Dong, Durfee & Rogers 2020, arXiv:1909.13830). CUSTEXT+'s.
  exponential,
  /// Pr(y) ~ exp(-epsilon d(x, y) / 2) over the whole vocabulary: the logarithm of the ratio of two inputs' probabilities
  /// is at most epsilon d(x, x') (metric differential privacy; Yue et al. 2021, arXiv:2106.01221). SANTEXT+'s.
  metric,
};

/// "report_noisy_max", "exponential", "metric".
std::string_view to_string(MechanismKind kind);

struct Mechanism {
  MechanismKind kind = MechanismKind::report_noisy_max;
  /// Of one draw, > 0. Of a metric mechanism per unit of distance.
  double epsilon = 0;
  /// Of a metric mechanism: the greatest distance of two words, > 0, where it is known. The score -d(x, y) then has that
  /// sensitivity, so a draw is one of the exponential mechanism with epsilon times the diameter.
  std::optional<double> diameter = {};

  /// Whether its budget is one per unit of distance, and so none of a word.
  [[nodiscard]] bool per_distance() const { return kind == MechanismKind::metric && !diameter; }
  /// Budget of one draw: of a word, or per unit of distance.
  [[nodiscard]] double epsilon_of_draw() const { return epsilon * diameter.value_or(1); }
  /// Whether the privacy losses of any pair of inputs lie in an interval as wide as the budget of a draw.
  [[nodiscard]] bool bounded_range() const { return kind != MechanismKind::report_noisy_max && !per_distance(); }
  friend bool operator==(Mechanism const&, Mechanism const&) = default;
};

}  // namespace coinfer
