// Two-sided 95 % confidence intervals of the figures of one run, whose requests hang together, and of several runs, which
// do not. Batch means of a mean stand in sim/kernel/statistics.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sim/kernel/statistics.hpp"

namespace coinfer {

/// The 97.5 % point of Student's t with so many degrees of freedom, at least 1 (asserted): a table up to 30, beyond it the
/// expansion of Abramowitz and Stegun (1964, 26.7.5), which is right to 1e-7 there. Only sums, products and quotients.
double student_t_975(std::uint64_t degrees_of_freedom);

/// So many samples are needed at least for an interval of a mean, a share or a rate.
inline constexpr std::uint64_t least_samples_of_mean = 200;

/// Of a quantile: that ten sections hold ten samples beyond it each, and as many as a mean needs.
std::uint64_t least_samples_of_quantile(double q);

/// Sectioning (Asmussen and Glynn, Stochastic Simulation, 2007, III.5): ten sections of the samples in the given order, of
/// which the remainder at the front is left out; q_i is the quantile of section i, q that of all samples, and the interval
/// is q +- t_9 sqrt(sum (q_i - q)^2 / 9 / 10). Centred at q, which is less biased than the mean of the sections. Nothing
/// for too few samples; 0 < q <= 1 (asserted).
std::optional<Interval> quantile_interval(std::span<double const> samples, double q);

/// Of the share of ones in a series of zeros and ones: batch means, cut to [0, 1]. Where all are alike, batches say that
/// nothing varies; then the end that could be otherwise is the one at which so many alike samples still have a probability
/// of 2.5 %: 3.689 / n away (Hanley and Lippman-Hand 1983, JAMA 249(13)), which takes them as independent.
std::optional<Interval> share_interval(std::span<double const> zeros_and_ones);

/// What comes at a point in time.
struct Event {
  double time_s = 0;
  double amount = 0;  ///< Requests, tokens.
};

/// Of a rate, amount per second after the first event: sectioning over 20 sections of equally many events, ascending in
/// time (asserted). Nothing for too few events, or where a section takes no time.
std::optional<Interval> rate_interval(std::span<Event const> events);

/// Of the mean of independent values, one a replication: Student's t. Nothing for fewer than two.
std::optional<Interval> replications_interval(std::span<double const> values);

}  // namespace coinfer
