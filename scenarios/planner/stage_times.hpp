// How long the layers between two cuts take on one processor, by sums that are taken once.
#pragma once

#include <optional>
#include <vector>

#include "platforms/device.hpp"
#include "scenarios/planner/cut_lattice.hpp"
#include "workloads/cost_trace.hpp"

namespace coinfer {

/// Compute time between any two cuts on one processor in the normal world, equal to `compute_cost` up to rounding:
///
///   time(I, J) = roofline(J) - roofline(I) + sum over measured spans inside J and outside I of
///                (measured time - roofline of its layers)
///
/// A span that a cut divides is not measured in parts: its layers take the roofline.
class StageTimes {
 public:
  /// `trace` may be null. All are copied from; `cuts` outlives the times.
  StageTimes(Model const& model, CutLattice const& cuts, Device const& device, Processor const& processor,
             CostTrace const* trace);

  /// Nothing where a layer has no rate and was not measured. `from` must lie within `to`.
  [[nodiscard]] std::optional<Seconds> time(CutIndex from, CutIndex to) const;

 private:
  struct Span {
    double change_s;  ///< measured time less the roofline of those of its layers that have one
    double unpriced;  ///< layers of it that have none
  };
  struct Sums {
    double time_s = 0;
    double unpriced = 0;
    std::vector<std::uint32_t> divided;  ///< spans that the cut divides
  };
  [[nodiscard]] bool inside(CutIndex cut, std::uint32_t span) const { return inside_[cut][span]; }

  std::vector<Span> spans_;
  std::vector<Sums> sums_;                 ///< by cut: of the layers before it, measured spans as a whole
  std::vector<std::vector<bool>> inside_;  ///< by cut, by span: whether all of it lies before
};

}  // namespace coinfer
