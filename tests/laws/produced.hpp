// A piece of the rule of who sees what, for the laws that check it anew.
#pragma once

#include "privacy/plan.hpp"

namespace coinfer::laws {

/// Whether a compute task of any phase leaves the tensor in the memory of the device.
inline bool produced_there(Plan const& plan, std::uint32_t tensor, DeviceId device) {
  for (Phase const& phase : plan.phases) {
    for (std::size_t i = 0; i < phase.tasks.size(); ++i) {
      Task const& task = phase.graph.tasks()[i];
      if (task.kind != TaskKind::compute || phase.tasks[i].tensor != tensor) continue;
      if (plan.stations[task.role].processor.device == device) return true;
    }
  }
  return false;
}

}  // namespace coinfer::laws
