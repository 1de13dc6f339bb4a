// From effective messages (after `use`) to domain types: units, defaults, and what the rules of the schema cannot say.
#pragma once

#include "platforms/device.hpp"
#include "platforms/link.hpp"
#include "platforms/platforms.pb.h"
#include "sim/base/diagnostics.hpp"
#include "sim/base/located.hpp"

namespace coinfer {

/// The device, in the units of the domain. The message must satisfy its rules. Problems found here: a rate given twice for
/// a data type, an enclave on a processor that the device does not have, a number that leaves the range of a double when it
/// is converted.
Device build_device(proto::Device const& device, Where const& where, Diagnostics& diagnostics);

/// The link, without its ends. Problems found here: `down_mbit_per_s` on a half-duplex link, a jitter of no kind, a number
/// that leaves the range.
Link build_link(proto::Link const& link, Where const& where, Diagnostics& diagnostics);

}  // namespace coinfer
