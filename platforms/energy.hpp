// Energy of processors and transfers. What was not measured has no energy, rather than none.
#pragma once

#include <optional>

#include "platforms/link.hpp"
#include "platforms/processor.hpp"

namespace coinfer {

/// Energy of one processor over `total` seconds of which it was busy for `busy`, 0 <= busy <= total (asserted):
///
///   energy [J] = idle power * (total - busy) + busy power * busy
///
/// Nothing when a power it needs is not known; a state that took no time needs none. The busy power does not depend on load
/// or data type.
std::optional<Joules> processor_energy(Processor const& processor, Seconds busy, Seconds total);

/// Energy the near end of the link spends on `amount` bytes (>= 0) crossing in `direction`: joules per byte * bytes.
/// Nothing when it was not measured. The far end and the network behind it are left out.
std::optional<Joules> transfer_energy(Link const& link, Direction direction, Bytes amount);

}  // namespace coinfer
