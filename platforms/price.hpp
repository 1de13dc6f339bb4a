// What machines and transfers cost. What has no price has no cost, rather than a cost of nothing.
#pragma once

#include <optional>

#include "platforms/device.hpp"
#include "platforms/link.hpp"

namespace coinfer {

/// Cost of renting one machine for `duration` (>= 0): price per second * seconds; no minimum and no rounding to billing
/// periods. Nothing when the device has no price.
std::optional<Usd> device_price(Device const& device, Seconds duration);

/// Cost of `amount` bytes (>= 0) crossing the link in `direction`: price per byte * bytes, without tiers. Nothing when that
/// direction has no price.
std::optional<Usd> transfer_price(Link const& link, Direction direction, Bytes amount);

}  // namespace coinfer
