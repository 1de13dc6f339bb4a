// Reading privacy floors from a scenario.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "privacy/floor.hpp"
#include "privacy/privacy.pb.h"
#include "sim/base/located.hpp"

namespace coinfer {

/// The floors of a scenario, in its order. `parent` is the view of the message that holds them in its repeated field
/// `field`
/// ("privacy_floors"); `adversaries` and `workloads` are the names they may use. Reports a name that is none of them, a
/// metric that is none or says nothing of privacy, no bound or two, a bound of the wrong direction or outside what the
/// metric can be, and a scale that is not a word. A floor with a problem is left out.
std::vector<PrivacyFloor> load_floors(google::protobuf::RepeatedPtrField<proto::PrivacyFloor> const& messages,
                                      Where const& parent, std::string_view field, std::span<std::string const> adversaries,
                                      std::span<std::string const> workloads, Diagnostics& diagnostics);

}  // namespace coinfer
