#include "platforms/energy.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

TEST_CASE("The energy of a processor is idle and busy power over their times") {
  Processor one;
  one.idle = Watts(2);
  one.busy = Watts(7);
  CHECK(processor_energy(one, Seconds(3), Seconds(10)).value() == Joules(2 * 7 + 7 * 3));
  CHECK(processor_energy(one, Seconds(0), Seconds(0)).value() == Joules(0));
}

TEST_CASE("The energy of a processor is absent when a power it needs is unknown") {
  Processor one;
  one.busy = Watts(7);
  CHECK_FALSE(processor_energy(one, Seconds(3), Seconds(10)));
  CHECK(processor_energy(one, Seconds(10), Seconds(10)).value() == Joules(70));
  one.busy.reset();
  one.idle = Watts(2);
  CHECK_FALSE(processor_energy(one, Seconds(3), Seconds(10)));
  CHECK(processor_energy(one, Seconds(0), Seconds(10)).value() == Joules(20));
}

TEST_CASE("The energy of a transfer is that of its direction, and absent where it was not measured") {
  Link one;
  one.up_energy = JoulesPerByte(0.5e-6);
  CHECK(transfer_energy(one, Direction::up, Bytes(4e6)).value().value() == Approx(2.0).epsilon(1e-15));
  CHECK_FALSE(transfer_energy(one, Direction::down, Bytes(4e6)));
  one.down_energy = JoulesPerByte(0.25e-6);
  CHECK(transfer_energy(one, Direction::down, Bytes(4e6)).value().value() == Approx(1.0).epsilon(1e-15));
}
