// What a protocol makes of one attempt: tasks, their order, and for each task the tensor it touches and how that tensor is
// protected. Time is read from the task graph and leakage from the tensors, so the two cannot describe different protocols.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "platforms/platform.hpp"
#include "privacy/protection.hpp"
#include "sim/base/units.hpp"
#include "sim/kernel/task_graph.hpp"
#include "workloads/placement.hpp"

namespace coinfer {

/// A tensor that someone may see. `names` has the canonical name first ("input", "output", or a cut), then its aliases.
struct Tensor {
  std::vector<std::string> names;
};

/// What a step means beyond its time.
struct PlanTask {
  /// The tensor that a compute step produces in its processor's memory, or that a transfer carries; index into
  /// `Plan::tensors`. None for a step that produces nothing new.
  static constexpr std::uint32_t no_tensor = UINT32_MAX;
  std::uint32_t tensor = no_tensor;
  /// How the tensor is protected there: in the processor's memory, or on the links of the transfer.
  Protection protection = Protection::clear;
  /// How the receiver of a transfer gets it. Not used by other steps.
  Protection at_receiver = Protection::clear;
};

/// From one device to another.
struct Journey {
  DeviceId from;
  DeviceId to;
  friend bool operator==(Journey, Journey) = default;
};

/// Compiled once per (protocol, placement, shape) and shared by all attempts.
struct Plan {
  TaskGraph graph;
  std::vector<PlanTask> tasks;  ///< beside the tasks of the graph, same indices
  std::vector<Tensor> tensors;
  std::vector<ProcessorRef> processors;  ///< by station role
  std::vector<Journey> journeys;         ///< by route role
};

/// Collects steps and their order, and deals out roles. Steps that do not follow one another run in parallel.
class PlanBuilder {
 public:
  using Step = std::uint32_t;

  /// Names a tensor (canonical name first); the same canonical name gives the same index.
  std::uint32_t tensor(std::vector<std::string> names);
  /// `time` >= 0 of work on a processor, counted as `part`, which leaves `produced` in its memory.
  Step compute(ProcessorRef processor, Seconds time, Part part, PlanTask meaning, std::span<Step const> after);
  /// `amount` >= 0 bytes from one device to another. Between a device and itself it takes no time and shows nothing.
  Step transfer(Journey journey, Bytes amount, PlanTask meaning, std::span<Step const> after);
  /// The plan of the steps so far; at least one.
  [[nodiscard]] Plan build() const;

 private:
  Step add(Task task, PlanTask meaning, std::span<Step const> after);

  std::vector<Task> tasks_;
  std::vector<PlanTask> meanings_;
  std::vector<TaskGraph::Edge> edges_;
  std::vector<Tensor> tensors_;
  std::vector<ProcessorRef> processors_;
  std::vector<Journey> journeys_;
};

}  // namespace coinfer
