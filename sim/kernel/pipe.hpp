// One direction of a link (a pipe) while a simulation runs.
#pragma once

#include <cstdint>

#include "sim/kernel/discipline.hpp"
#include "sim/kernel/occupancy.hpp"
#include "sim/kernel/task_run.hpp"

namespace coinfer {

struct PipeSpec {
  double bytes_per_s = 0;  ///< above 0
  Sharing sharing = Sharing::fair;
};

struct PipeState {
  PipeSpec spec;
  TaskList waiting;           ///< transfers that want this fifo pipe next
  bool held = false;          ///< a transfer holds this fifo pipe
  Occupancy occupancy;        ///< transfers flowing, and waiting
  double bytes = 0;           ///< carried by transfers that ended
  double backward_bytes = 0;  ///< the part of `bytes` that crossed it backward
  double offered_bytes = 0;   ///< of transfers that asked for it
  std::uint64_t transfers = 0;
};

}  // namespace coinfer
