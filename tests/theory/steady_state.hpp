// Long runs of one station in the kernel, and what their mean says about a closed form.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/station.hpp"

namespace coinfer::theory {

enum class WorkLaw : std::uint8_t { exponential, constant };
enum class Measure : std::uint8_t { wait, time_in_system };

struct Queue {
  StationSpec station;
  WorkLaw work = WorkLaw::exponential;
  Measure measure = Measure::wait;
};

/// How long each run is, in jobs.
struct Length {
  std::uint32_t warm_up = 0;  ///< left out
  std::uint32_t measured = 0;
};

/// The mean over the measured jobs of one run. Poisson arrivals at `load` jobs per second and slot. The mean work is
/// 1 s / `service_rate`: 1 is the queue that the closed form is about, anything else is a planted error.
///
/// Exponential work is drawn from 4096 equally likely values, the means of the exponential law between its quantiles, so
/// that task graphs can be shared. The mean is then exact and the second moment 0.014 % too small, which is a hundredth of
/// the narrowest interval of these tests.
double mean_of_run_s(Queue const& queue, double load, double service_rate, Length length, std::uint64_t seed);

/// A mean with a two-sided interval.
struct Estimate {
  double mean = 0;
  double half_width = 0;
  [[nodiscard]] bool contains(double value) const { return value >= mean - half_width && value <= mean + half_width; }
};

/// Student's 99.9 % interval from one mean per seed, which are independent however correlated the jobs of one run are.
/// Exactly 30 (asserted).
Estimate interval_999(std::vector<double> const& means);

}  // namespace coinfer::theory
