#include "platforms/roofline.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

Processor processor() {
  Processor result;
  result.rates[static_cast<std::size_t>(DataType::fp16)] = FlopPerSecond(2e12);
  result.memory = BytesPerSecond(5e11);
  result.launch = Seconds(3e-6);
  return result;
}

}  // namespace

TEST_CASE("A layer bound by computation takes flop over rate plus launch") {
  auto const time = roofline(processor(), DataType::fp16, Flop(4e9), Bytes(1e8));
  REQUIRE(time);
  CHECK(time->time.value() == Approx(4e9 / 2e12 + 3e-6).epsilon(1e-15));
  CHECK(time->memory_term);
  CHECK(time->launch_term);
}

TEST_CASE("A layer bound by memory takes bytes over bandwidth plus launch") {
  auto const time = roofline(processor(), DataType::fp16, Flop(4e8), Bytes(1e9));
  REQUIRE(time);
  CHECK(time->time.value() == Approx(1e9 / 5e11 + 3e-6).epsilon(1e-15));
}

TEST_CASE("An unknown bandwidth or launch cost is left out and said") {
  auto one = processor();
  one.memory.reset();
  auto time = roofline(one, DataType::fp16, Flop(4e8), Bytes(1e9));
  REQUIRE(time);
  CHECK(time->time.value() == Approx(4e8 / 2e12 + 3e-6).epsilon(1e-15));
  CHECK_FALSE(time->memory_term);
  CHECK(time->launch_term);
  one.launch.reset();
  time = roofline(one, DataType::fp16, Flop(4e8), Bytes(1e9));
  CHECK(time->time == Flop(4e8) / FlopPerSecond(2e12));
  CHECK_FALSE(time->launch_term);
}

TEST_CASE("A processor without a rate for the data type has no roofline time, whatever other rates it has") {
  CHECK_FALSE(roofline(processor(), DataType::fp32, Flop(1), Bytes(1)));
  CHECK_FALSE(roofline(processor(), DataType::bf16, Flop(1), Bytes(1)));
}
