#include "workloads/placement.hpp"

#include "tests/unit/workloads/test_models.hpp"
#include "workloads/placement_load.hpp"

using namespace coinfer;

namespace {

Processor processor_named(char const* name) {
  Processor processor;
  processor.name = name;
  return processor;
}

Platform phone_and_cloud() {
  Device phone;
  phone.name = "phone";
  phone.domain = "user";
  phone.processors = {processor_named("cpu"), processor_named("gpu")};
  Enclave vault;
  vault.name = "vault";
  vault.processor = 1;
  phone.enclaves = {vault};
  Device cloud;
  cloud.name = "cloud.eu";
  cloud.domain = "cloud operator";
  cloud.processors = {processor_named("gpu")};
  Link link;
  link.name = "up";
  link.up = link.down = BytesPerSecond(1e6);
  link.domain = "network";
  link.from = NodeId(0);
  link.to = NodeId(1);
  return Platform(PlatformInput{{phone, cloud}, {}, {link}});
}

Model chain_of_five() {
  return test::model_of(R"(
    name: "five" input_shape: 4
    parts { block { name: "l" repeat: 5 alias: "layer {i}" layers { name: "r" op { activation { function: RELU } } } } })");
}

std::optional<Placement> load(std::string const& text, Diagnostics& diagnostics) {
  Located<proto::Placement> located;
  REQUIRE(parse_text_proto("p", text, located, diagnostics));
  return load_placement(located.message, located.where(), chain_of_five(), phone_and_cloud(), diagnostics);
}

std::vector<ProcessorRef> placed(std::string const& text) {
  Diagnostics diagnostics;
  auto const placement = load(text, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(placement.has_value());
  return placement->of_layer;
}

std::string problems_of(std::string const& text) {
  Diagnostics diagnostics;
  CHECK_FALSE(load(text, diagnostics).has_value());
  return diagnostics.text();
}

constexpr ProcessorRef phone_cpu{DeviceId(0), 0};
constexpr ProcessorRef phone_gpu{DeviceId(0), 1};
constexpr ProcessorRef cloud_gpu{DeviceId(1), 0};

}  // namespace

TEST_CASE("a model cut once has an edge stage and takes the rest in the cloud") {
  auto const expected = std::vector{phone_cpu, phone_cpu, cloud_gpu, cloud_gpu, cloud_gpu};
  CHECK(placed(R"(stages { on: "phone" until: "l2" } stages { on: "cloud.eu" })") == expected);
  CHECK(placed(R"(stages { on: "phone.cpu" until: "layer 2" } stages { on: "cloud.eu.gpu" })") == expected);
  CHECK(placed(R"(stages { on: "phone.gpu" })") == std::vector(5, phone_gpu));
}

TEST_CASE("stages may name their layers one by one or by spans") {
  CHECK(placed(R"(stages { on: "phone" layers: "l1" layers: "l4..l5" } stages { on: "cloud.eu" layers: "l2..l3" })") ==
        std::vector{phone_cpu, cloud_gpu, cloud_gpu, phone_cpu, phone_cpu});
  CHECK(placed(R"(stages { on: "phone" layers: "l2" } stages { on: "phone.gpu" until: "l3" } stages { on: "cloud.eu" })") ==
        std::vector{phone_gpu, phone_cpu, phone_gpu, cloud_gpu, cloud_gpu});
}

TEST_CASE("a placement lists its processors in model order and the layers of each") {
  Placement const placement{{phone_gpu, cloud_gpu, phone_gpu}};
  CHECK(placement.processors() == std::vector{phone_gpu, cloud_gpu});
  CHECK(placement.layers_on(phone_gpu) == std::vector{LayerId(0), LayerId(2)});
  CHECK(placement.of(LayerId(1)) == cloud_gpu);
}

TEST_CASE("a stage on an unknown device or processor gets a suggestion") {
  CHECK(problems_of(R"(stages { on: "fhone" })") == "p:1:10: unknown device 'fhone' did you mean 'phone'?");
  CHECK(problems_of(R"(stages { on: "phone.gpo" })") ==
        "p:1:10: device 'phone' has no processor or enclave 'gpo' did you mean 'gpu'?");
  CHECK(problems_of(R"(stages { on: "cloud.eu.gpo" })") ==
        "p:1:10: device 'cloud.eu' has no processor 'gpo' did you mean 'gpu'?");
}

TEST_CASE("a stage in an enclave runs on the processor whose mode it is") {
  ProcessorRef const in_vault{DeviceId(0), 1, 0};
  CHECK(placed(R"(stages { on: "phone.vault" until: "l2" } stages { on: "phone.gpu" })") ==
        std::vector{in_vault, in_vault, phone_gpu, phone_gpu, phone_gpu});
  CHECK(in_vault != phone_gpu);
  CHECK(in_vault.bare() == phone_gpu);
  CHECK(phone_gpu < in_vault);
  Placement const placement{{in_vault, phone_gpu}};
  CHECK(placement.processors() == std::vector{in_vault, phone_gpu});
  CHECK(placement.layers_on(phone_gpu) == std::vector{LayerId(1)});
}

TEST_CASE("an enclave that a device does not have gets a suggestion, from another device if need be") {
  CHECK(problems_of(R"(stages { on: "phone.valt" })") ==
        "p:1:10: device 'phone' has no processor or enclave 'valt' did you mean 'vault'?");
  CHECK(problems_of(R"(stages { on: "cloud.eu.vault" })") ==
        "p:1:10: device 'cloud.eu' has no processor 'vault' (it has no enclaves either) did you mean 'phone.vault'?");
  CHECK(problems_of(R"(stages { on: "cloud.eu.sgx" })") ==
        "p:1:10: device 'cloud.eu' has no processor 'sgx' (it has no enclaves either)");
}

TEST_CASE("a wrong cut in a stage is told once, without what follows from it") {
  CHECK(problems_of(R"(stages { on: "phone" until: "l9" } stages { on: "cloud.eu" })") ==
        "p:1:22: unknown layer 'l9' (model 'five' has no layer or alias of this name) did you mean 'l1'?");
  CHECK(problems_of(R"(stages { on: "phone" until: "l1+l2" } stages { on: "cloud.eu" })") ==
        "p:1:22: cut 'l1+l2' is not legal (the output of 'l1' does not cross) did you mean 'l2'?");
  CHECK(problems_of(R"(stages { on: "phone" until: "l3" } stages { on: "cloud.eu" until: "l2" } stages { on: "phone" })") ==
        "p:1:60: cut 'l2' does not contain the earlier cut 'l3' (stages are in the order in which data flows)");
}

TEST_CASE("a layer is placed exactly once") {
  CHECK(problems_of(R"(stages { on: "phone" layers: "l1..l3" } stages { on: "cloud.eu" layers: "l3..l5" })") ==
        "p:1:65: layer 'l3.r' is placed twice (stages 1 and 2)");
  CHECK(problems_of(R"(stages { on: "phone" layers: "l1" layers: "l1" } stages { on: "cloud.eu" })") ==
        "p:1:35: layer 'l1.r' is placed twice (both times in stage 1)");
  CHECK(problems_of(R"(stages { on: "phone" until: "l4" })") == "p: layer 'l5.r' is placed nowhere");
  CHECK(problems_of(R"(stages { on: "phone" until: "l2" })") == "p: layer 'l3.r' and 2 more are placed nowhere");
}

TEST_CASE("a stage says in one way what it runs, and runs something") {
  CHECK(problems_of(R"(stages { on: "phone" until: "l2" layers: "l1" } stages { on: "cloud.eu" })") ==
        "p:1:34: stage 1 gives both until and layers (one of them says what it runs)");
  CHECK(problems_of(R"(stages { on: "phone" } stages { on: "cloud.eu" })") ==
        "p:1:1: stage 1 has neither until nor layers (only the last stage may take the rest of the model)");
  CHECK(problems_of(R"(stages { on: "phone" until: "l5" } stages { on: "cloud.eu" })") ==
        "p:1:36: stage 2 has no layer left to run");
  CHECK(problems_of(R"(stages { on: "phone" until: "input" } stages { on: "cloud.eu" })") ==
        "p:1:22: stage 1 has no layer left to run");
}

TEST_CASE("a stage that names layers wrongly is told which") {
  CHECK(problems_of(R"(stages { on: "phone" layers: "m1" } stages { on: "cloud.eu" })") ==
        "p:1:22: unknown layer 'm1' (model 'five' has no layer of this name) did you mean 'l1'?");
  CHECK(problems_of(R"(stages { on: "phone" layers: "input..l1" } stages { on: "cloud.eu" })") ==
        "p:1:22: 'input' is no layer (it is the model's input)");
  CHECK(problems_of(R"(stages { on: "phone" layers: "l2..l1" } stages { on: "cloud.eu" })") ==
        "p:1:22: the span 'l2..l1' ends before it begins ('l1' comes before 'l2' in the model)");
}
