#include "tests/unit/privacy/talaria_samples.hpp"

using namespace coinfer;
using namespace coinfer::talaria;

TEST_CASE("What talaria cannot run is told") {
  Workload workload;
  SECTION("options of nobody") {
    workload.options = {};
    CHECK(workload.problem() ==
          "protocol 'talaria' needs options { talaria { rank_ratio: ... } } (the rank of its masks is not published) at "
          "options");
  }
  SECTION("a model of parts") {
    workload.model = plans::chain();
    CHECK(workload.problem() == "protocol 'talaria' is for models of tokens that generate ('m' is none) at model");
  }
  SECTION("experts") {
    workload.model = tiny_model("experts { count: 4 active: 2 ff_width: 8 }");
    CHECK(workload.problem() ==
          "protocol 'talaria' cannot mask layer 'block0.router' (it is not a product with weights alone: linear) at model");
  }
  SECTION("an unknown processor") {
    workload.options = options(0.5, false, "gpu.gpu0");
    CHECK(workload.problem() == "device 'gpu' has no processor 'gpu0' (did you mean 'gpu') at options.talaria.linears_on");
  }
  SECTION("no enclave") {
    workload.on = {vm, 0};
    CHECK(workload.problem() ==
          "protocol 'talaria' keeps every layer that is no product with weights in one enclave of a cpu (layer 'embedding' "
          "is placed on 'vm.cpu') at placement");
  }
  SECTION("products inside") {
    workload.options.mutable_talaria()->clear_linears_on();
    CHECK(workload.problem() ==
          "protocol 'talaria' hands every product with weights to one processor in the normal world (layer 'block0.qkv' is "
          "placed on 'vm.tdx') at placement");
  }
  SECTION("one device") {
    workload.options = options(0.5, false, "vm");
    CHECK(workload.problem() ==
          "protocol 'talaria' needs its confidential VM and the processor of its products on two devices (both are 'vm'; "
          "what crosses the link between them is what it costs) at placement");
  }
  SECTION("no rate") {
    workload.parts.devices[2].processors[0].rates = {};
    CHECK(workload.problem() == "processor 'gpu.gpu' has no rate for bf16 (model 'tiny' computes in it) at placement");
  }
  SECTION("too little memory inside") {
    workload.model = catalog_model("llama_3_8b");
    workload.servers = server(1000);
    workload.parts.devices[1].memory = Bytes(64.0 * (1U << 30U));
    workload.parts.devices[1].enclaves[0].protected_memory = Bytes(8.0 * (1U << 30U));
    // R: half of 15.01e9 bytes; embedding 128256 * 4096 * 2 bytes; 128 KiB of keys and values per token.
    CHECK(
        workload.problem() ==
        "what 'talaria' keeps of model 'llama_3_8b' does not fit 'vm.tdx' (7 GiB of mask products, 1 GiB of embedding and "
        "norms, 0.1 GiB of keys and values of 1000 tokens; 8 GiB for it) (a smaller options.talaria.rank_ratio needs "
        "less) at placement");
  }
  SECTION("too little memory on the gpu") {
    workload.model = catalog_model("llama_3_70b");
    workload.parts.devices[2].memory = Bytes(80.0 * (1U << 30U));
    CHECK(workload.problem() ==
          "the products of model 'llama_3_70b' do not fit 'gpu' (129.5 GiB of weights, 80 GiB for it) ('talaria' does not "
          "divide products among several) at placement");
  }
  SECTION("a server with the openings elsewhere") {
    workload.servers[0].prefill_on = "other";
    CHECK(workload.problem() ==
          "server 'vm' leaves its openings to 'other' ('talaria' opens where it keeps the keys and values) at placement");
  }
}

TEST_CASE("A rank ratio of 0 or less, or above 1, is refused") {
  auto const told = [](double ratio) {
    Diagnostics diagnostics;
    proto::ProtocolOptions const given = options(ratio);
    check_rules(given, Where(proto::ProtocolOptions::descriptor(), nullptr, {"a", 0, 0}), diagnostics);
    return diagnostics.text();
  };
  CHECK(told(1) == "");
  CHECK(told(0) == "a: rank_ratio is 0 (must be above 0 and at most 1)");
  CHECK(told(1.25) == "a: rank_ratio is 1.25 (must be above 0 and at most 1)");
}
