// Which layer runs on which processor, and whether inside an enclave.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "platforms/device.hpp"
#include "workloads/layer.hpp"

namespace coinfer {

/// One processor of a device, by its index in `Device::processors`, in the normal world or inside an enclave.
struct ProcessorRef {
  DeviceId device;
  std::uint32_t processor = 0;
  /// By its index in `Device::enclaves`, whose `processor` is the one above; absent: the normal world.
  std::optional<std::uint32_t> enclave = std::nullopt;

  /// The same processor in the normal world: what serves the jobs of both.
  [[nodiscard]] constexpr ProcessorRef bare() const { return {device, processor}; }
  friend constexpr auto operator<=>(ProcessorRef, ProcessorRef) = default;
};

/// Every layer of a model on exactly one processor or in one enclave; `workloads/placement_load.hpp` builds it from stages.
struct Placement {
  /// One entry per layer, in model order.
  std::vector<ProcessorRef> of_layer;

  [[nodiscard]] ProcessorRef of(LayerId layer) const { return of_layer.at(layer.index()); }
  /// The processors in use, in the order in which the model first reaches them.
  [[nodiscard]] std::vector<ProcessorRef> processors() const;
  /// The layers on a processor, in model order.
  [[nodiscard]] std::vector<LayerId> layers_on(ProcessorRef processor) const;

  friend bool operator==(Placement const&, Placement const&) = default;
};

}  // namespace coinfer
