// How long a layer takes on a processor when nobody measured it.
#pragma once

#include <optional>

#include "platforms/processor.hpp"
#include "sim/base/units.hpp"

namespace coinfer {

/// A roofline estimate and which of its terms were known.
struct RooflineTime {
  Seconds time;
  bool memory_term = false;  ///< the memory bandwidth is known and took part in the maximum
  bool launch_term = false;  ///< the launch cost is known and is part of the time
};

/// Time of one layer, in seconds:
///
///   time = max(flop / (peak * efficiency), bytes / (memory bandwidth * memory efficiency)) + launch
///
/// with flop in operations (a multiply-add is two), bytes moved between memory and processor, rates per second (Williams,
/// Waterman and Patterson, "Roofline: an insightful visual performance model for multicore architectures", CACM 52(4),
/// 2009; the launch cost is an addition). It leaves out caches, overlap between layers, and rates that depend on a layer's
/// shape. `flop` and `bytes` are >= 0 and finite (asserted). Nothing when the processor has no rate for `type`: a rate in
/// another type is never used in its stead.
std::optional<RooflineTime> roofline(Processor const& processor, DataType type, Flop flop, Bytes bytes);

}  // namespace coinfer
