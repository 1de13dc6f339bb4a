// How far two samples differ in a mean, a quantile or a rate, with an interval and the probability that it is chance.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/kernel/statistics.hpp"

namespace coinfer {

struct DifferenceEstimate {
  double difference = 0;  ///< B - A
  Interval interval;      ///< 95 %, of the difference
  double p_value = 1;     ///< two-sided: how likely so much or more is where there is no difference
};

/// What is asked of a series.
struct Functional {
  enum class Kind : std::uint8_t {
    mean,
    quantile,  ///< nearest rank
    rate,      ///< of a series of gaps: 1 / mean
  };
  Kind kind = Kind::mean;
  double q = 0;  ///< of a quantile, 0 < q <= 1
  /// Of a series that is not empty (asserted).
  [[nodiscard]] double of(std::span<double const> series) const;
  /// How many sections a run is cut into: 20, and 10 for a quantile.
  [[nodiscard]] std::size_t sections() const { return kind == Kind::quantile ? 10 : 20; }
  /// So many samples are needed, see scenarios/gate/intervals.hpp.
  [[nodiscard]] std::uint64_t least_samples() const;
};

/// An estimate, or the reason why there is none.
struct MaybeDifference {
  std::optional<DifferenceEstimate> estimate;
  std::string reason;
};

/// Of two runs that answered the same requests: series of the same requests in order of arrival, equally long (asserted).
/// Sectioning: K sections of the pairs, d_k the difference of section k, d that of all pairs; the interval is
/// d +- t_(K-1) sqrt(sum (d_k - d)^2 / (K-1) / K) (Asmussen and Glynn, Stochastic Simulation, 2007, III.5; of means these
/// are batch means, Law and Kelton, ch. 9). What both runs share cancels in d_k, so that far smaller differences show than
/// between runs that share nothing. Sections of a run that is busy for long hang together, and too narrow an interval would
/// be the result: where the means of neighbours among a hundred short batches are correlated by more than 0.4, the bound of
/// Law and Carson (Operations Research 27(5), 1979), there is no estimate.
MaybeDifference paired_difference(std::span<double const> a, std::span<double const> b, Functional const& functional);

/// Of two runs that share nothing: sections of each, Welch's t with the degrees of freedom of Welch and Satterthwaite
/// (Biometrika 34, 1947), the same care for neighbours.
MaybeDifference independent_difference(std::span<double const> a, std::span<double const> b, Functional const& functional);

/// Of replications, one value each: Student's t over the differences where value i of both has the same seed (equally
/// many, asserted), else Welch's t. No estimate for fewer than two.
MaybeDifference replications_difference(std::span<double const> a, std::span<double const> b, bool same_seeds);

}  // namespace coinfer
