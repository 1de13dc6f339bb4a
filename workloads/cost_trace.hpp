// Measured compute times of a model's layers, which win over the roofline.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platforms/device.hpp"
#include "sim/base/source.hpp"
#include "sim/base/units.hpp"
#include "workloads/layer.hpp"

namespace coinfer {

/// The measured time of one run through the layers `first` to `last` (both included, in model order), batch 1.
struct MeasuredSpan {
  LayerId first;
  LayerId last;
  Seconds time;  ///< at least 0; 0 is below the resolution of the clock that measured it
  Source source;
};

/// Which part of a list of layers was measured.
struct TraceCoverage {
  Seconds measured;                  ///< sum over `spans`, in model order
  std::vector<MeasuredSpan> spans;   ///< the measured spans that lie wholly inside the list, in model order
  std::vector<LayerId> not_covered;  ///< the other layers of the list, in its order
};

/// The measurements of one model on any number of processors. `workloads/cost_trace_load.hpp` reads one from a CSV file.
class CostTrace {
 public:
  /// Device as the trace names it, and processor.
  using ProcessorName = std::pair<std::string, std::string>;

  /// Spans of one processor must not overlap and each must have first <= last (asserted); they are sorted here.
  CostTrace(std::string model, std::map<ProcessorName, std::vector<MeasuredSpan>> spans);

  /// Name of the model whose layers the spans mean.
  [[nodiscard]] std::string const& model() const { return model_; }
  /// The processors that have measurements.
  [[nodiscard]] std::vector<ProcessorName> processors() const;
  /// All spans measured on a processor, in model order; empty when there is none.
  [[nodiscard]] std::span<MeasuredSpan const> spans(std::string_view device, std::string_view processor) const;
  /// What was measured of `layers` (in model order, without repetition). A span counts only if all its layers are in the
  /// list: a time is never divided.
  [[nodiscard]] TraceCoverage cover(std::string_view device, std::string_view processor,
                                    std::span<LayerId const> layers) const;

 private:
  std::string model_;
  std::map<ProcessorName, std::vector<MeasuredSpan>> spans_;
};

/// The name under which traces know a device: its catalogue entry, so that renaming it in a scenario changes nothing; its
/// own name where it has none.
inline std::string const& trace_name(Device const& device) {
  return device.catalog_name.empty() ? device.name : device.catalog_name;
}

}  // namespace coinfer
