#include "scenarios/gate/intervals.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <vector>

namespace coinfer {

namespace {

std::size_t constexpr quantile_sections = 10;
std::size_t constexpr rate_sections = 20;
double constexpr beyond_the_quantile = 10;  ///< Samples of each section.

std::array<double, 30> constexpr t_975 = {
    12.706204736432095, 4.302652729911275,  3.182446305284263,  2.7764451051977987, 2.5705818366147395, 2.4469118487916806,
    2.3646242510102993, 2.3060041350333704, 2.2621571627409915, 2.2281388519649385, 2.200985160082949,  2.1788128296634177,
    2.1603686564610127, 2.1447866879169273, 2.131449545559323,  2.1199052992210112, 2.1098155778331806, 2.10092204024096,
    2.093024054408263,  2.0859634472658364, 2.079613844727662,  2.0738730679040147, 2.0686576104190406, 2.0638985616280205,
    2.059538552753294,  2.055529438642871,  2.0518305164802833, 2.048407141795244,  2.045229642132703,  2.0422724563012373};

/// Estimates of sections, which are nearly independent, around the estimate from all samples. Nothing where numbers are so
/// large that their squares are none.
std::optional<Interval> around(double centre, std::span<double const> sections) {
  double squares = 0;
  for (double const estimate : sections) squares += (estimate - centre) * (estimate - centre);
  auto const n = static_cast<double>(sections.size());
  double const half = student_t_975(sections.size() - 1) * std::sqrt(squares / (n - 1) / n);
  if (!std::isfinite(half)) return std::nullopt;
  return Interval{centre - half, centre + half};
}

}  // namespace

double student_t_975(std::uint64_t degrees_of_freedom) {
  assert(degrees_of_freedom >= 1);
  if (degrees_of_freedom <= t_975.size()) return t_975[degrees_of_freedom - 1];
  double constexpr x = 1.959963984540054;
  double constexpr x2 = x * x;
  double constexpr g1 = x * (x2 + 1) / 4;
  double constexpr g2 = x * ((5 * x2 + 16) * x2 + 3) / 96;
  double constexpr g3 = x * (((3 * x2 + 19) * x2 + 17) * x2 - 15) / 384;
  double constexpr g4 = x * ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) / 92160;
  double const v = 1 / static_cast<double>(degrees_of_freedom);
  return x + v * (g1 + v * (g2 + v * (g3 + v * g4)));
}

std::uint64_t least_samples_of_quantile(double q) {
  double const needed = q < 1 ? std::ceil(quantile_sections * beyond_the_quantile / (1 - q) - 1e-6) : 0;
  return std::max(least_samples_of_mean, static_cast<std::uint64_t>(needed));
}

std::optional<Interval> quantile_interval(std::span<double const> samples, double q) {
  if (samples.size() < least_samples_of_quantile(q)) return std::nullopt;
  std::vector<double> copy(samples.begin(), samples.end());
  std::size_t const section = copy.size() / quantile_sections;
  std::span<double> const used = std::span(copy).last(section * quantile_sections);
  std::array<double, quantile_sections> estimates{};
  for (std::size_t i = 0; i < quantile_sections; ++i) estimates[i] = quantile(used.subspan(i * section, section), q);
  return around(quantile(copy, q), estimates);
}

std::optional<Interval> share_interval(std::span<double const> zeros_and_ones) {
  std::optional<Interval> interval = batch_means_interval(zeros_and_ones);
  if (!interval) return std::nullopt;
  double constexpr surprising = 3.6888794541139363;  // -ln 0.025
  double const far = surprising / static_cast<double>(zeros_and_ones.size());
  double const ones = exact_sum(zeros_and_ones);
  if (ones == 0) return Interval{0, far};
  if (ones == static_cast<double>(zeros_and_ones.size())) return Interval{1 - far, 1};
  return Interval{std::max(0.0, interval->low), std::min(1.0, interval->high)};
}

std::optional<Interval> rate_interval(std::span<Event const> events) {
  if (events.size() <= least_samples_of_mean) return std::nullopt;
  std::size_t const section = (events.size() - 1) / rate_sections;
  // Event i - 1 only begins the first gap.
  std::size_t const first = events.size() - section * rate_sections;
  std::array<double, rate_sections> rates{};
  for (std::size_t i = 0; i < rate_sections; ++i) {
    std::span<Event const> const own = events.subspan(first + i * section, section);
    double const taken_s = own.back().time_s - events[first + i * section - 1].time_s;
    assert(taken_s >= 0);
    if (taken_s <= 0) return std::nullopt;
    double amount = 0;
    for (Event const& event : own) amount += event.amount;
    rates[i] = amount / taken_s;
  }
  double amount = 0;
  for (Event const& event : events.subspan(1)) amount += event.amount;
  return around(amount / (events.back().time_s - events.front().time_s), rates);
}

std::optional<Interval> replications_interval(std::span<double const> values) {
  if (values.size() < 2) return std::nullopt;
  return around(exact_sum(values) / static_cast<double>(values.size()), values);
}

}  // namespace coinfer
