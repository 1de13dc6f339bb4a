// What the kernel hands out to those who build on it.
#pragma once

#include "sim/base/ids.hpp"

namespace coinfer {

using StationId = Id<struct StationTag>;
using PipeId = Id<struct PipeTag>;  ///< one direction of a link
using RouteId = Id<struct RouteTag>;
using JitterId = Id<struct JitterTag>;  ///< one source of random extra latency
using ServerId = Id<struct ServerTag>;  ///< an iteration server
using GraphId = Id<struct GraphTag>;
using RunId = Id<struct RunTag>;

}  // namespace coinfer
