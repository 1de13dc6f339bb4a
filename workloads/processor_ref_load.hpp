// Reading where something stands: "device", "device.processor" or "device.enclave".
#pragma once

#include <optional>
#include <string>

#include "platforms/platform.hpp"
#include "sim/base/diagnostics.hpp"
#include "workloads/placement.hpp"

namespace coinfer {

/// The processor that `text` names; a device alone means its first one, and a device whose own name has a dot is found
/// first. Nothing after a problem at `where`: an unknown device, or one without such a processor or enclave.
std::optional<ProcessorRef> load_processor_ref(std::string const& text, Location const& where, Platform const& platform,
                                               Diagnostics& diagnostics);

}  // namespace coinfer
