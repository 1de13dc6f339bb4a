// The one place where it is decided who sees what. Protocols never write exposures; this function reads them off a plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platforms/platform.hpp"
#include "privacy/plan.hpp"

namespace coinfer {

/// That a trust domain sees a tensor each time a task starts. What an iteration shows, it shows of every member of its
/// batch.
struct TaskExposure {
  std::uint32_t phase;   ///< index in the plan
  std::uint32_t task;    ///< index in the phase
  std::uint32_t tensor;  ///< index in the plan's tensors
  std::string domain;
  std::string place;  ///< "device:cloud", "link:access"
  Protection protection;
  friend bool operator==(TaskExposure const&, TaskExposure const&) = default;
};

/// The rules:
///   compute   the domain of the processor's device sees the tensor the step produces, under its protection there;
///   transfer  the domain of every link on the route, and of every device that forwards, sees the tensor as it is on the
///   wire;
///             the receiver's domain sees it as it arrives; and the sender's domain saw it as the transfer says it was
///             there, unless a compute step of any phase that produces it there says so already;
///   and the data owner is not an observer of its own data, wherever its domain is met.
/// Every journey of the plan must have a route (asserted).
std::vector<TaskExposure> derive_exposures(Plan const& plan, Platform const& platform, DeviceId owner);

}  // namespace coinfer
