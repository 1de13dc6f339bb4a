#include "scenarios/compare/difference.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>

#include "scenarios/gate/intervals.hpp"

namespace coinfer {

namespace {

std::size_t constexpr fine_batches = 100;
double constexpr most_correlation = 0.4;
char const* const hang_together = "sections of the run hang together: a longer run tells more";

double mean_of(std::span<double const> values) { return exact_sum(values) / static_cast<double>(values.size()); }

/// Sum of squares around a centre.
double squares_around(double centre, std::span<double const> values) {
  double squares = 0;
  for (double const value : values) squares += (value - centre) * (value - centre);
  return squares;
}

/// Times are sums of many others: what differs by less than this share of them is how those were rounded.
double constexpr rounding = 1e-9;

/// Correlation of neighbours; 0 where nothing varies beside values as large as `scale`.
double neighbour_correlation(std::span<double const> values, double scale) {
  double const mean = mean_of(values);
  double const squares = squares_around(mean, values);
  if (squares <= rounding * rounding * scale * scale) return 0;
  double products = 0;
  for (std::size_t i = 1; i < values.size(); ++i) products += (values[i - 1] - mean) * (values[i] - mean);
  return products / squares;
}

std::vector<double> sections_of(std::span<double const> series, std::size_t sections, Functional const& functional) {
  std::size_t const length = series.size() / sections;
  std::span<double const> const used = series.last(length * sections);
  std::vector<double> values;
  for (std::size_t i = 0; i < sections; ++i) values.push_back(functional.of(used.subspan(i * length, length)));
  return values;
}

/// A difference, of values as large as `scale`, with a standard error.
MaybeDifference judged(double difference, double error, double degrees_of_freedom, double scale) {
  if (!std::isfinite(difference) || !std::isfinite(error)) return {std::nullopt, "its values are too large to square"};
  if (error <= rounding * scale) {
    bool const same = std::fabs(difference) <= rounding * scale;
    double const told = same ? 0 : difference;
    return {DifferenceEstimate{told, {told, told}, same ? 1.0 : 0.0}, {}};
  }
  boost::math::students_t const student(degrees_of_freedom);
  double const half = boost::math::quantile(student, 0.975) * error;
  double const p_value = 2 * boost::math::cdf(boost::math::complement(student, std::fabs(difference) / error));
  return {DifferenceEstimate{difference, {difference - half, difference + half}, p_value}, {}};
}

/// Of one mean, or of an estimate by sections around its centre.
struct Spread {
  double variance = 0;  ///< of the estimate
  double degrees_of_freedom = 1;
};

Spread spread_around(double centre, std::span<double const> values) {
  auto const n = static_cast<double>(values.size());
  return {squares_around(centre, values) / (n - 1) / n, n - 1};
}

MaybeDifference welch(double difference, Spread const& a, Spread const& b, double scale) {
  double const variance = a.variance + b.variance;
  double const squares = a.variance * a.variance / a.degrees_of_freedom + b.variance * b.variance / b.degrees_of_freedom;
  return judged(difference, std::sqrt(variance), squares > 0 ? variance * variance / squares : 1, scale);
}

std::string too_few(std::size_t there, std::uint64_t wanted) {
  return std::to_string(there) + " requests are too few, at least " + std::to_string(wanted) + " are needed";
}

/// Whether a hundred short batches of a series hang together, so that the sections that they make up may do so too.
bool hangs_together(std::span<double const> series, double scale) {
  return neighbour_correlation(sections_of(series, fine_batches, Functional{}), scale) > most_correlation;
}

}  // namespace

double Functional::of(std::span<double const> series) const {
  assert(!series.empty());
  if (kind == Kind::mean) return mean_of(series);
  if (kind == Kind::rate) return 1 / mean_of(series);
  std::vector<double> copy(series.begin(), series.end());
  return quantile(copy, q);
}

std::uint64_t Functional::least_samples() const {
  return kind == Kind::quantile ? least_samples_of_quantile(q) : least_samples_of_mean;
}

MaybeDifference paired_difference(std::span<double const> a, std::span<double const> b, Functional const& functional) {
  assert(a.size() == b.size());
  if (a.size() < functional.least_samples()) return {std::nullopt, too_few(a.size(), functional.least_samples())};
  double const before_all = functional.of(a);
  double const after_all = functional.of(b);
  double const scale = std::max(std::fabs(before_all), std::fabs(after_all));
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(b[i] - a[i]);
  if (hangs_together(differences, scale)) return {std::nullopt, hang_together};
  std::vector<double> sections = sections_of(b, functional.sections(), functional);
  std::vector<double> const before = sections_of(a, functional.sections(), functional);
  for (std::size_t i = 0; i < sections.size(); ++i) sections[i] -= before[i];
  double const difference = after_all - before_all;
  Spread const spread = spread_around(difference, sections);
  return judged(difference, std::sqrt(spread.variance), spread.degrees_of_freedom, scale);
}

MaybeDifference independent_difference(std::span<double const> a, std::span<double const> b, Functional const& functional) {
  std::size_t const fewer = std::min(a.size(), b.size());
  if (fewer < functional.least_samples()) return {std::nullopt, too_few(fewer, functional.least_samples())};
  std::vector<Spread> spreads;
  std::vector<double> values;
  for (std::span<double const> const series : {a, b}) {
    double const value = functional.of(series);
    if (hangs_together(series, std::fabs(mean_of(series)))) return {std::nullopt, hang_together};
    spreads.push_back(spread_around(value, sections_of(series, functional.sections(), functional)));
    values.push_back(value);
  }
  return welch(values[1] - values[0], spreads[0], spreads[1], std::max(std::fabs(values[0]), std::fabs(values[1])));
}

MaybeDifference replications_difference(std::span<double const> a, std::span<double const> b, bool same_seeds) {
  if (std::min(a.size(), b.size()) < 2) return {std::nullopt, "one replication has no spread"};
  double const scale = std::max(std::fabs(mean_of(a)), std::fabs(mean_of(b)));
  if (!same_seeds) {
    return welch(mean_of(b) - mean_of(a), spread_around(mean_of(a), a), spread_around(mean_of(b), b), scale);
  }
  assert(a.size() == b.size());
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(b[i] - a[i]);
  Spread const spread = spread_around(mean_of(differences), differences);
  return judged(mean_of(differences), std::sqrt(spread.variance), spread.degrees_of_freedom, scale);
}

}  // namespace coinfer
