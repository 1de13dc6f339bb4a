#include "workloads/layer_cost.hpp"

#include "tests/unit/workloads/test_models.hpp"
#include "workloads/memory_fit.hpp"

using namespace coinfer;

namespace {

Model two_linears() {
  return test::model_of(R"(
    name: "two" input_shape: 100
    parts { layer { name: "a" op { linear { out_features: 1000 bias: false } } } }
    parts { layer { name: "drop" op { dropout {} } } }
    parts { layer { name: "b" op { linear { out_features: 10 bias: false } } } })");
}

std::vector<LayerId> all_layers(Model const& model) {
  std::vector<LayerId> layers;
  for (std::uint32_t i = 0; i < model.layers().size(); ++i) layers.emplace_back(i);
  return layers;
}

Device device_with(Processor const& processor) {
  Device device;
  device.name = "machine";
  device.processors = {processor};
  return device;
}

Processor fp32_processor(double flop_per_s) {
  Processor processor;
  processor.name = "cpu";
  processor.rates[static_cast<std::size_t>(DataType::fp32)] = FlopPerSecond(flop_per_s);
  return processor;
}

}  // namespace

TEST_CASE("without measurements every layer costs its roofline") {
  Model const model = two_linears();
  Processor processor = fp32_processor(1e6);
  Device const device = device_with(processor);
  auto const cost = compute_cost(model, all_layers(model), device, processor, nullptr);
  REQUIRE(cost.has_value());
  CHECK(cost->time.value() == Approx((2e5 + 2e4) / 1e6).epsilon(1e-12));
  CHECK(cost->roofline == cost->time);
  CHECK(cost->measured == Seconds(0));
  CHECK(cost->roofline_layers == 3);
  CHECK(cost->memory_term_missing);
  CHECK(cost->launch_term_missing);
  CHECK_FALSE(cost->weakest_measured.has_value());
}

TEST_CASE("the memory term counts weights and activations, and a layer that does nothing has no launch") {
  Model const model = two_linears();
  Processor processor = fp32_processor(1e15);
  processor.memory = BytesPerSecond(1e6);
  processor.launch = Seconds(1);
  auto const cost = compute_cost(model, all_layers(model), device_with(processor), processor, nullptr);
  REQUIRE(cost.has_value());
  double const first = 4 * (100 * 1000 + 100 + 1000) / 1e6;
  double const last = 4 * (1000 * 10 + 1000 + 10) / 1e6;
  CHECK(cost->time.value() == Approx(first + last + 2).epsilon(1e-12));
  CHECK_FALSE(cost->memory_term_missing);
  CHECK_FALSE(cost->launch_term_missing);
}

TEST_CASE("measured spans win over the roofline of their layers") {
  Model const model = two_linears();
  CostTrace const trace("two", {{{"machine", "cpu"},
                                 {{LayerId(0), LayerId(1), Seconds(7), {"someone", Grade::secondary}},
                                  {LayerId(2), LayerId(2), Seconds(0), {"someone", Grade::measured}}}}});
  Processor const processor = fp32_processor(1e6);
  auto const all = compute_cost(model, all_layers(model), device_with(processor), processor, &trace);
  REQUIRE(all.has_value());
  CHECK(all->time == Seconds(7));
  CHECK(all->measured_layers == 3);
  CHECK(all->weakest_measured == Grade::secondary);
  CHECK_FALSE(all->memory_term_missing);
  auto const tail = compute_cost(model, std::vector{LayerId(1), LayerId(2)}, device_with(processor), processor, &trace);
  REQUIRE(tail.has_value());
  CHECK(tail->measured == Seconds(0));
  CHECK(tail->measured_layers == 1);
  CHECK(tail->roofline_layers == 1);
}

TEST_CASE("a measurement made on the catalogue entry holds for a renamed device") {
  Model const model = two_linears();
  CostTrace const trace("two",
                        {{{"raspberry_pi_4", "cpu"}, {{LayerId(0), LayerId(2), Seconds(3), {"x", Grade::measured}}}}});
  Device device = device_with(fp32_processor(1e6));
  device.catalog_name = "raspberry_pi_4";
  auto const cost = compute_cost(model, all_layers(model), device, device.processors[0], &trace);
  REQUIRE(cost.has_value());
  CHECK(cost->time == Seconds(3));
}

TEST_CASE("a processor without a rate for the compute type has no cost unless everything was measured") {
  Model const model = two_linears();
  Processor processor;
  processor.name = "npu";
  processor.rates[static_cast<std::size_t>(DataType::int8)] = FlopPerSecond(1e12);
  Device const device = device_with(processor);
  CHECK_FALSE(compute_cost(model, all_layers(model), device, processor, nullptr).has_value());
  CostTrace const trace("two", {{{"machine", "npu"}, {{LayerId(0), LayerId(2), Seconds(3), {"x", Grade::measured}}}}});
  CHECK(compute_cost(model, all_layers(model), device, processor, &trace).has_value());
  CHECK(compute_cost(model, {}, device, processor, nullptr)->time == Seconds(0));
}

TEST_CASE("a chain needs its weights and its largest pair of activations") {
  Model const model = two_linears();
  // Weights 100000 + 10000; the dropout holds 1000 + 1000 values.
  CHECK(memory_needed(model, all_layers(model)) == Bytes(4 * (110'000 + 2000)));
  CHECK(memory_needed(model, std::vector{LayerId(2)}) == Bytes(4 * (10'000 + 1010)));
  CHECK(memory_needed(model, {}) == Bytes(0));
}

TEST_CASE("a residual tensor stays in memory until the addition has read it") {
  Model const model = test::model_of(R"(
    name: "res" input_shape: 10
    parts { layer { name: "a" op { linear { out_features: 100 bias: false } } } }
    parts { layer { name: "b" op { linear { out_features: 500 bias: false } } } }
    parts { layer { name: "c" op { linear { out_features: 100 bias: false } } } }
    parts { layer { name: "add" inputs: "c" inputs: "a" op { add {} } } })");
  double const weights = 10 * 100 + 100 * 500 + 500 * 100;
  // While c runs: a (100), b (500) and c (100).
  CHECK(memory_needed(model, all_layers(model)) == Bytes(4 * (weights + 700)));
}
