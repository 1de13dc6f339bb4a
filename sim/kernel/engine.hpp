// The engine contract: how transfers are priced, and by whom.
//
// Stations, first-come-first-served links and delays are priced by events in both engines. Fair links differ:
//   plain  every flow over a fair link is a SimGrid flow: the reference;
//   fast   every flow is priced by events: alone or among flows with the same links in closed form (closed_form_flows.hpp),
//          among flows with others by class (class_flows.hpp), which is max-min fair sharing whatever the links.
// Durations of the two agree to 1e-9 relative plus 4 ulp of the clock on the same draws. The kernel's clock is
// authoritative; SimGrid's follows. A run that needs SimGrid must be the only one of its process (child_process.hpp).
#pragma once

#include <cstdint>

namespace coinfer {

enum class EngineKind : std::uint8_t { fast, plain };

}  // namespace coinfer
