#include "platforms/roofline.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace coinfer {

std::optional<RooflineTime> roofline(Processor const& processor, DataType type, Flop flop, Bytes bytes) {
  assert(std::isfinite(flop.value()) && flop.value() >= 0);
  assert(std::isfinite(bytes.value()) && bytes.value() >= 0);
  auto const rate = processor.rate(type);
  if (!rate) return std::nullopt;
  RooflineTime result{flop / *rate, processor.memory.has_value(), processor.launch.has_value()};
  if (processor.memory) result.time = std::max(result.time, bytes / *processor.memory);
  if (processor.launch) result.time += *processor.launch;
  return result;
}

}  // namespace coinfer
