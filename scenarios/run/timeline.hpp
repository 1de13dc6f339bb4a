// How resources were used over time: their integrals on a grid of dates.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/run/run_record.hpp"
#include "sim/kernel/observer.hpp"

namespace coinfer {

class Deployment;
class Simulation;

/// Reads the integrals at multiples of a width in time that is a power of two seconds, and doubles the width, leaving out
/// every other date, where there would be more than `most_intervals` (fewer for fleets of thousands, because reading them
/// takes its time); so it needs not know how long the run takes, and at least half as many remain. The bytes of a transfer
/// count as if they had flowed evenly between its start and its end.
class Timeline final : public Sampler {
 public:
  static constexpr std::size_t most_intervals = 400;

  /// Both outlive the timeline, which samples from now on.
  Timeline(Deployment const& deployment, Simulation& simulation);

  double clock_moves(double time_s) override;
  void transfer_ended(RouteId route, double start_s, double end_s, double bytes) override;

  /// Puts the dates and samples into a record whose other members are filled, with its totals at its end.
  void collect(RunRecord& record) const;

 private:
  /// Dates are numbers of widths, from 1.
  [[nodiscard]] double date_s(std::size_t number) const { return static_cast<double>(number) * width_s_; }
  [[nodiscard]] std::size_t limit() const;
  void widen();
  void read(double time_s);

  Deployment const& deployment_;
  Simulation const& simulation_;
  std::size_t resources_;
  double width_s_;
  std::size_t dates_ = 0;                ///< that were read
  std::vector<ResourceSample> samples_;  ///< by date, by resource
};

}  // namespace coinfer
