// Reading adversaries from a scenario.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "privacy/adversary.hpp"
#include "privacy/privacy.pb.h"
#include "sim/base/located.hpp"

namespace coinfer {

/// The adversaries of a scenario, in its order. `parent` is the view of the message that holds them in its repeated field
/// `field` ("adversaries"); `domains` are the trust domains the scenario's devices and links have. Reports a domain that is
/// none of them, a domain named twice by one adversary, and a name used twice. Missing fields are the business of
/// `check_rules`; an adversary that lacks one or has a problem is left out.
std::vector<Adversary> load_adversaries(google::protobuf::RepeatedPtrField<proto::Adversary> const& messages,
                                        Where const& parent, std::string_view field, std::span<std::string const> domains,
                                        Diagnostics& diagnostics);

}  // namespace coinfer
