// From the messages of a scenario to a platform, with located errors for everything a user can get wrong.
#pragma once

#include <optional>
#include <string>

#include "platforms/platform.hpp"
#include "platforms/platform_catalog.hpp"
#include "platforms/platforms.pb.h"
#include "sim/base/diagnostics.hpp"
#include "sim/base/located.hpp"

namespace coinfer {

/// The effective device: the catalogue entry it `use`s with every field given in the scenario written over, checked against
/// the rules of the schema, and its enclaves in the same way. Fields that come from the catalogue keep their place there. A
/// source of the entry no longer covers a field the scenario gives; sources given in the scenario come first, those of the
/// entry follow.
Located<proto::Device> resolve_device(proto::Device const& device, Where const& where, PlatformCatalog const& catalog,
                                      Diagnostics& diagnostics);
/// The effective link, in the same way.
Located<proto::Link> resolve_link(proto::Link const& link, Where const& where, PlatformCatalog const& catalog,
                                  Diagnostics& diagnostics);

/// The platform that a scenario's `devices`, `switches` and `links` describe. `scenario_where` names the places of fields
/// with these names. Every problem goes to `diagnostics`; nothing is returned when there is one.
std::optional<Platform> load_platform(google::protobuf::RepeatedPtrField<proto::Device> const& devices,
                                      google::protobuf::RepeatedPtrField<std::string> const& switches,
                                      google::protobuf::RepeatedPtrField<proto::Link> const& links,
                                      Where const& scenario_where, PlatformCatalog const& catalog,
                                      Diagnostics& diagnostics);

}  // namespace coinfer
