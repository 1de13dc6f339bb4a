#include "platforms/price.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

TEST_CASE("A machine costs its price times the duration, and nothing is known without a price") {
  Device one;
  CHECK_FALSE(device_price(one, Seconds(1800)));
  one.price = UsdPerSecond(3.6 / 3600);
  CHECK(device_price(one, Seconds(1800)).value().value() == Approx(1.8).epsilon(1e-15));
}

TEST_CASE("A transfer costs the price of its direction times the bytes, and nothing is known without a price") {
  Link one;
  one.down_price = UsdPerByte(0.09e-9);
  CHECK(transfer_price(one, Direction::down, Bytes(2e9)).value().value() == Approx(0.18).epsilon(1e-15));
  CHECK_FALSE(transfer_price(one, Direction::up, Bytes(2e9)));
  one.up_price = UsdPerByte(0);
  CHECK(transfer_price(one, Direction::up, Bytes(2e9)).value() == Usd(0));
}
