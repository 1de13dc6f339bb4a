#include "workloads/enclave_cost.hpp"

#include "tests/unit/workloads/test_models.hpp"
#include "workloads/layer_cost.hpp"

using namespace coinfer;

namespace {

std::vector<LayerId> all_layers(Model const& model) {
  std::vector<LayerId> layers;
  for (std::uint32_t i = 0; i < model.layers().size(); ++i) layers.emplace_back(i);
  return layers;
}

/// Twice as slow in arithmetic, three times in memory, 100 bytes protected, 1 s of jump, 10 bytes per second.
Enclave small_enclave() {
  Enclave enclave;
  enclave.name = "vault";
  enclave.compute_slowdown = 2;
  enclave.memory_slowdown = 3;
  enclave.protected_memory = Bytes(100);
  enclave.paging = EnclavePaging{Seconds(1), BytesPerSecond(10)};
  return enclave;
}

InsideWork piece(double compute_s, double memory_s, double touched, double working_set) {
  return {Seconds(compute_s), Seconds(memory_s), Seconds(0.5), Bytes(touched), Bytes(working_set)};
}

/// 4x4 planes of 8 values: convolution, norm, activation, a sum with what went in, global pool, flatten, linear.
Model residual() {
  return test::model_of(R"(
    name: "residual" input_shape: 2 input_shape: 4 input_shape: 4
    parts { layer { name: "stem" op { convolution { out_channels: 2 kernel: 1 } } } }
    parts { layer { name: "conv" op { convolution { out_channels: 2 kernel: 3 padding: 1 } } } }
    parts { layer { name: "bn" op { batch_norm {} } } }
    parts { layer { name: "relu" op { activation { function: RELU } } } }
    parts { layer { name: "add" inputs: "relu" inputs: "stem" op { add {} } } }
    parts { layer { name: "pool" op { pool { kind: AVERAGE global: true } } } }
    parts { layer { name: "flat" op { flatten {} } } }
    parts { layer { name: "fc" op { linear { out_features: 3 bias: false } } } })");
}

std::vector<double> working_sets(Model const& model, std::vector<LayerId> const& layers, Enclave const& enclave) {
  std::vector<double> bytes;
  for (MemoryStep const& step : memory_steps(model, layers, enclave)) bytes.push_back(step.working_set.value());
  return bytes;
}

std::vector<double> touched(Model const& model, Enclave const& enclave) {
  std::vector<double> bytes;
  for (MemoryStep const& step : memory_steps(model, all_layers(model), enclave)) bytes.push_back(step.touched.value());
  return bytes;
}

}  // namespace

TEST_CASE("inside, arithmetic and memory are each slowed by their own factor and the launch cost is not") {
  std::vector<InsideWork> const work = {piece(4, 1, 0, 0), piece(2, 3, 0, 0), piece(4, 3, 0, 0)};
  EnclaveCost const cost = enclave_cost(small_enclave(), work);
  CHECK(cost.compute == Seconds(4.5 + 3.5 + 4.5));
  // 4 becomes 8; 3 becomes 9; where arithmetic bounds outside, memory may inside: max(4, 3) becomes max(8, 9).
  CHECK(cost.enclave == Seconds(4 + 6 + 5));
  CHECK(cost.paging == Seconds(0));
  CHECK(cost.total() == Seconds(27.5));
  CHECK_FALSE(cost.first_beyond);
  CHECK_FALSE(cost.slowdown_unknown);
}

TEST_CASE("a working set that just fits is free, beyond it a jump and then bytes are paid") {
  std::vector<InsideWork> work = {piece(1, 0, 60, 60), piece(1, 0, 40, 100)};
  CHECK(enclave_cost(small_enclave(), work).paging == Seconds(0));
  work.push_back(piece(1, 0, 20, 101));
  // One byte of the 20 it touches does not fit.
  CHECK(enclave_cost(small_enclave(), work).paging.value() == Approx(1 + 0.1).epsilon(1e-12));
  work.back().working_set = Bytes(130);
  CHECK(enclave_cost(small_enclave(), work).paging == Seconds(1 + 2));
  // A later piece pays for all it touches, although it alone would fit again.
  work.push_back(piece(1, 0, 30, 50));
  EnclaveCost const cost = enclave_cost(small_enclave(), work);
  CHECK(cost.paging == Seconds(1 + 2 + 3));
  CHECK(cost.first_beyond == 2U);
  CHECK_FALSE(cost.paging_unknown);
}

TEST_CASE("what is not known about an enclave is told, and never priced at nothing where memory does not suffice") {
  Enclave enclave = small_enclave();
  std::vector<InsideWork> const work = {piece(1, 0, 60, 101)};
  enclave.paging.reset();
  CHECK(enclave_cost(enclave, work).paging_unknown);
  enclave.protected_memory.reset();
  enclave.memory_slowdown.reset();
  EnclaveCost const cost = enclave_cost(enclave, work);
  CHECK_FALSE(cost.paging_unknown);
  CHECK(cost.paging == Seconds(0));
  CHECK(cost.slowdown_unknown);
  CHECK(cost.enclave == Seconds(1));
}

TEST_CASE("the working set of a chain is its weights so far and the tensors that are still needed") {
  // Tensors of 2*4*4 values of 4 bytes are 128 bytes. Weights: stem 16, conv 144, bn 16, fc 24 bytes.
  Model const model = residual();
  std::vector<LayerId> const layers = all_layers(model);
  // stem: input and output. conv: stem (held for the sum) and conv. bn: stem, conv, bn. relu: in place. add: stem, bn, add.
  // pool: add and 8 bytes. flatten: in place. fc: 8 and 12 bytes.
  CHECK(working_sets(model, layers, Enclave{}) ==
        std::vector<double>{16 + 256, 160 + 256, 176 + 384, 176 + 256, 176 + 384, 176 + 136, 176 + 8, 200 + 20});
  CHECK(touched(model, Enclave{}) == std::vector<double>{16 + 128, 144 + 128, 16 + 128, 0, 128, 8, 0, 24 + 12});
}

TEST_CASE("a program that keeps its activations holds every tensor to the end") {
  Model const model = residual();
  Enclave enclave;
  enclave.keeps_activations = true;
  CHECK(working_sets(model, all_layers(model), enclave) ==
        std::vector<double>{16 + 256, 160 + 384, 176 + 512, 176 + 512, 176 + 640, 176 + 648, 176 + 648, 200 + 660});
}

TEST_CASE("im2col needs a window per output while a convolution with a kernel above 1x1 runs") {
  Model const model = residual();
  Enclave enclave;
  enclave.im2col = true;
  // conv: 3 * 3 * 2 channels * 4 * 4 outputs of 4 bytes.
  auto const sets = working_sets(model, all_layers(model), enclave);
  CHECK(sets[0] == 16 + 256);
  CHECK(sets[1] == 160 + 256 + 1152);
  CHECK(sets[2] == 176 + 384);
  CHECK(touched(model, enclave)[1] == 144 + 128 + 1152);
}

TEST_CASE("a part of a model holds what it received and what it hands on") {
  Model const model = residual();
  // conv and bn alone: stem's output is received and read by conv only, bn's output leaves.
  CHECK(working_sets(model, {LayerId(1), LayerId(2)}, Enclave{}) == std::vector<double>{144 + 256, 160 + 256});
}

TEST_CASE("layers inside take their normal time, the slowdown and the paging of their working sets") {
  Model const model = residual();
  Device device;
  device.name = "box";
  Processor cpu;
  cpu.name = "cpu";
  cpu.rates[static_cast<std::size_t>(DataType::fp32)] = FlopPerSecond(1000);
  cpu.memory = BytesPerSecond(1e9);
  cpu.launch = Seconds(0.25);
  device.processors = {cpu};
  Enclave enclave = small_enclave();
  enclave.protected_memory = Bytes(400);
  auto const cost = enclave_cost(model, all_layers(model), device, enclave, nullptr);
  REQUIRE(cost.has_value());
  Seconds const outside = compute_cost(model, all_layers(model), device, cpu, nullptr)->time;
  CHECK(cost->compute.value() == Approx(outside.value()).epsilon(1e-12));
  // Bound by arithmetic throughout: all but the launch of 7 layers (flatten has none) doubles.
  CHECK(cost->enclave.value() == Approx(outside.value() - 7 * 0.25).epsilon(1e-12));
  CHECK(cost->first_beyond == 1U);
  // conv holds 416 bytes, 16 beyond; bn, add, pool and fc follow.
  CHECK(cost->paging.value() == Approx(1 + (16 + 144 + 128 + 8 + 36) / 10.0).epsilon(1e-12));
}

TEST_CASE("a measured time is slowed by the larger factor and its layers page as any") {
  Model const model = residual();
  Device device;
  device.name = "box";
  Processor cpu;
  cpu.name = "cpu";
  device.processors = {cpu};
  MeasuredSpan const span{LayerId(0), LayerId(7), Seconds(5), {"me", Grade::measured}};
  CostTrace const trace("residual", {{{"box", "cpu"}, {span}}});
  auto const cost = enclave_cost(model, all_layers(model), device, small_enclave(), &trace);
  REQUIRE(cost.has_value());
  CHECK(cost->compute == Seconds(5));
  CHECK(cost->enclave == Seconds(10));
  CHECK(cost->first_beyond == 0U);
  CHECK(cost->paging.value() == Approx(1 + (144 + 272 + 144 + 128 + 8 + 36) / 10.0).epsilon(1e-12));
  // The processor has no rate: without the measurement there is no time.
  CHECK_FALSE(enclave_cost(model, all_layers(model), device, small_enclave(), nullptr).has_value());
}
