#include "platforms/price.hpp"

#include <cassert>

namespace coinfer {

std::optional<Usd> device_price(Device const& device, Seconds duration) {
  assert(duration >= Seconds(0));
  if (!device.price) return std::nullopt;
  return *device.price * duration;
}

std::optional<Usd> transfer_price(Link const& link, Direction direction, Bytes amount) {
  assert(amount >= Bytes(0));
  auto const& price = direction == Direction::up ? link.up_price : link.down_price;
  if (!price) return std::nullopt;
  return *price * amount;
}

}  // namespace coinfer
