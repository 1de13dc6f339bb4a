// What unequal lengths add to the measured time of an iteration's attention.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "workloads/serving/step_grid.hpp"

namespace coinfer {

/// A grid measured with sequences of equal length says t(mean) for steps that hold different numbers of tokens. A
/// correction that was fitted to iterations of two lengths puts the time between that and the time of as many sequences of
/// the greatest length:
///
///   t = t(mean) + alpha * (t(max) - t(mean))
///
/// with alpha by the prefill tokens of the iteration (the nearest measured number), and by bins, each up to its upper
/// bound, of the number of steps, of their skew rate, of the greatest length, and of the context of the openings. The skew
/// rate (mean - min) / (max - min) is the share of long sequences where there are two lengths, which is what was fitted;
/// for others it is the generalisation that keeps the mean. Where the fit has no bin for a skew rate, the next one upwards
/// stands in, then the next one downwards; where it has none at all there is no correction, and the time is marked as
/// extrapolated. (LLMServingSim, casys-kaist/LLMServingSim@5daddb2, profile/skew_fit.csv.)
class StepSkew {
 public:
  /// One row of the fit; a bin's bound may be infinite.
  struct Bin {
    double prefill_tokens = 0;
    double sequences = 0;  ///< steps
    double greatest_context = 0;
    double prefill_context = 0;
    double skew_rate = 0;
    friend auto operator<=>(Bin const&, Bin const&) = default;
  };

  explicit StepSkew(std::map<Bin, double> alphas);

  /// Nothing where no bin holds the iteration.
  [[nodiscard]] std::optional<double> alpha(StepMeasures const& measures) const;

 private:
  std::map<Bin, double> alphas_;
  /// Distinct bounds of the first four, in the order of the fields.
  std::array<std::vector<double>, 4> bounds_;
};

}  // namespace coinfer
