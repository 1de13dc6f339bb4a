// The enclaves of a device: what they `use`, and from messages to domain types.
#pragma once

#include "platforms/device.hpp"
#include "platforms/platform_catalog.hpp"
#include "platforms/platforms.pb.h"
#include "sim/base/located.hpp"

namespace coinfer {

/// Fills every enclave of an effective device in from the catalogue entry it `use`s, as devices are, and checks it against
/// the rules of the schema. The sources of each become sources of the device, with the path of the enclave before their
/// fields. `where` is the device as the scenario gives it.
void resolve_enclaves(Located<proto::Device>& device, Where const& where, PlatformCatalog const& catalog,
                      Diagnostics& diagnostics);

/// The enclave in the units of the domain. The message must satisfy its rules. `processors` are those of its device: it is
/// a mode of the one it names, or of the first of its kind. Problems found here: no such processor, one of another kind, a
/// number that leaves the range of a double.
Enclave build_enclave(proto::Enclave const& enclave, Where const& where, std::vector<Processor> const& processors,
                      Diagnostics& diagnostics);

}  // namespace coinfer
