#include <catch2/catch.hpp>

#include "tests/unit/privacy/plan_samples.hpp"

namespace coinfer {

using plans::cloud;
using plans::compile;
using plans::edge;
using plans::on;
using plans::phone;
using plans::problems_of;
using plans::steps;
using Lines = std::vector<std::string>;

TEST_CASE("The table of protocols names each once, with a description and where it comes from") {
  Lines names;
  for (ProtocolEntry const& entry : protocols()) {
    names.emplace_back(entry.name);
    CHECK_FALSE(entry.description.empty());
    CHECK_FALSE(entry.citation.empty());
    CHECK(find_protocol(entry.name) == &entry);
  }
  CHECK(names == Lines{"local_only", "cloud_only", "plain_split", "enclave_only", "gpu_confidential", "per_token_pipeline",
                       "cmif", "talaria"});
  CHECK(find_protocol("plain") == nullptr);
}

TEST_CASE("local_only is one compute step") {
  CHECK(steps("local_only", plans::chain(), on({phone, phone, phone})) ==
        Lines{"compute phone.cpu 0.06 s output clear []"});
}

TEST_CASE("cloud_only sends the raw input in its own type, computes, and sends the result back") {
  CHECK(steps("cloud_only", plans::chain(), on({cloud, cloud, cloud})) ==
        Lines{"transfer phone>cloud 100 B input clear>clear []", "compute cloud.cpu 0.015 s output clear [0]",
              "transfer cloud>phone 400 B output clear>clear [1]"});
}

TEST_CASE("A cut gives compute, transfer, compute, transfer back") {
  CHECK(steps("plain_split", plans::chain(), on({phone, cloud, cloud})) ==
        Lines{"compute phone.cpu 0.02 s []", "transfer phone>cloud 400 B a clear>clear [0]",
              "compute cloud.cpu 0.01 s output clear [1]", "transfer cloud>phone 400 B output clear>clear [2]"});
}

TEST_CASE("Three tiers hand over twice, and the result comes straight back") {
  CHECK(steps("plain_split", plans::chain(), on({phone, edge, cloud})) ==
        Lines{"compute phone.cpu 0.02 s []", "transfer phone>edge 400 B a clear>clear [0]", "compute edge.cpu 0.01 s [1]",
              "transfer edge>cloud 400 B b clear>clear [2]", "compute cloud.cpu 0.005 s output clear [3]",
              "transfer cloud>phone 400 B output clear>clear [4]"});
}

TEST_CASE("Two tensors that cross together are one transfer, named for both") {
  CHECK(steps("plain_split", plans::diamond(), on({phone, phone, phone, cloud})) ==
        Lines{"compute phone.cpu 0.06 s []", "transfer phone>cloud 800 B b+c clear>clear [0]",
              "compute cloud.cpu 2.5e-05 s output clear [1]", "transfer cloud>phone 400 B output clear>clear [2]"});
}

TEST_CASE("Branches on two devices run in parallel and meet again") {
  CHECK(steps("plain_split", plans::diamond(), on({phone, phone, cloud, phone})) ==
        Lines{"compute phone.cpu 0.04 s []", "transfer phone>cloud 400 B a clear>clear [0]",
              "compute cloud.cpu 0.005 s [1]", "transfer cloud>phone 400 B c clear>clear [2]",
              "compute phone.cpu 1e-04 s output clear [03]"});
}

TEST_CASE("A tensor goes to a device once, however many stages there read it") {
  Model const model =
      plans::model_of("name: \"m\" input_shape: [100]\n" + plans::layer("a") + plans::layer("b") + plans::layer("c") +
                      "parts { layer { name: \"d\" inputs: \"c\" inputs: \"a\" op { add {} } } }\n");
  CHECK(steps("plain_split", model, on({phone, cloud, edge, cloud})) ==
        Lines{"compute phone.cpu 0.02 s []", "transfer phone>cloud 400 B a clear>clear [0]",
              "compute cloud.cpu 0.005 s [1]", "transfer cloud>edge 400 B b clear>clear [2]", "compute edge.cpu 0.01 s [3]",
              "transfer edge>cloud 400 B c clear>clear [4]", "compute cloud.cpu 2.5e-05 s output clear [15]",
              "transfer cloud>phone 400 B output clear>clear [6]"});
}

TEST_CASE("Layers on two processors of one device hand over without a transfer") {
  Placement placement = on({phone, phone, cloud});
  placement.of_layer[0].processor = 0;
  CHECK(steps("plain_split", plans::chain(), placement) ==
        Lines{"compute phone.gpu 0.02 s []", "compute phone.cpu 0.02 s [0]", "transfer phone>cloud 400 B b clear>clear [1]",
              "compute cloud.cpu 0.005 s output clear [2]", "transfer cloud>phone 400 B output clear>clear [3]"});
}

TEST_CASE("The wire type changes the bytes of activations, never those of the input or of the result") {
  WireFormat wire;
  wire.type = DataType::int8;
  CHECK(steps("plain_split", plans::chain(), on({phone, cloud, cloud}), wire) ==
        Lines{"compute phone.cpu 0.02 s []", "transfer phone>cloud 100 B a clear>clear [0]",
              "compute cloud.cpu 0.01 s output clear [1]", "transfer cloud>phone 400 B output clear>clear [2]"});
  wire.type = DataType::fp16;
  CHECK(steps("plain_split", plans::chain(), on({phone, cloud, cloud}), wire)[1] ==
        "transfer phone>cloud 200 B a clear>clear [0]");
  CHECK(steps("cloud_only", plans::chain(), on({cloud, cloud, cloud}), wire)[0] ==
        "transfer phone>cloud 100 B input clear>clear []");
}

TEST_CASE("A compressed input replaces the bytes of the input alone, framing is added to every transfer") {
  WireFormat wire;
  wire.input = Bytes(37);
  wire.framing = Bytes(8);
  CHECK(steps("cloud_only", plans::chain(), on({cloud, cloud, cloud}), wire) ==
        Lines{"transfer phone>cloud 45 B input clear>clear []", "compute cloud.cpu 0.015 s output clear [0]",
              "transfer cloud>phone 408 B output clear>clear [1]"});
  CHECK(steps("plain_split", plans::chain(), on({phone, cloud, cloud}), wire)[1] ==
        "transfer phone>cloud 408 B a clear>clear [0]");
}

TEST_CASE("A result that is not returned ends with the last computation") {
  WireFormat wire;
  wire.return_result = false;
  CHECK(steps("plain_split", plans::chain(), on({phone, cloud, cloud}), wire).size() == 3);
}

TEST_CASE("Encryption adds a step of bytes over AES rate on the cpu at both ends, and the links see ciphertext") {
  WireFormat wire;
  wire.encrypted = true;
  wire.framing = Bytes(100);
  CHECK(steps("plain_split", plans::chain(), on({phone, cloud, cloud}), wire) ==
        Lines{"compute phone.cpu 0.02 s []", "crypto phone.cpu 5e-04 s [0]",
              "transfer phone>cloud 500 B a transport_encrypted>clear [1]", "crypto cloud.cpu 5e-04 s [2]",
              "compute cloud.cpu 0.01 s output clear [3]", "crypto cloud.cpu 5e-04 s [4]",
              "transfer cloud>phone 500 B output transport_encrypted>clear [5]", "crypto phone.cpu 5e-04 s [6]"});
}

TEST_CASE("A device without a cpu encrypts on its first processor") {
  PlatformInput input = plans::tiers();
  input.devices[0].processors.pop_back();
  Platform const platform(input);
  Placement placement = on({phone, cloud, cloud});
  placement.of_layer[0].processor = 0;
  WireFormat wire;
  wire.encrypted = true;
  plans::Compiled const compiled = compile("plain_split", platform, plans::chain(), placement, wire);
  REQUIRE(compiled.plan.has_value());
  CHECK(plans::steps_of(*compiled.plan, platform)[1] == "crypto phone.gpu 4e-04 s [0]");
}

TEST_CASE("A tensor that crosses keeps the aliases of its cut") {
  Platform const platform(plans::tiers());
  Plan const plan = compile("plain_split", platform, plans::chain(), on({phone, cloud, cloud})).plan.value();
  CHECK(plan.tensors[plan.phases[0].tasks[1].tensor].names == Lines{"a", "first"});
}

TEST_CASE("Each protocol refuses a placement that is not its own") {
  Platform const platform(plans::tiers());
  Model const model = plans::chain();
  CHECK(problems_of(compile("local_only", platform, model, on({phone, edge, phone}))) ==
        Lines{"placement: protocol 'local_only' keeps every layer on 'phone' (layer 'b' is placed elsewhere)"});
  CHECK(problems_of(compile("cloud_only", platform, model, on({cloud, cloud, phone}))) ==
        Lines{"placement: protocol 'cloud_only' keeps no layer on 'phone' (layer 'c' is placed there)"});
  CHECK(problems_of(compile("plain_split", platform, model, on({cloud, edge, cloud}))) ==
        Lines{"placement: protocol 'plain_split' needs at least one layer on 'phone' (otherwise it is 'cloud_only')"});
  CHECK(problems_of(compile("plain_split", platform, model, on({cloud, phone, cloud}))) ==
        Lines{"placement: protocol 'plain_split' keeps the raw input on 'phone' (layer 'a', which reads it, is placed "
              "elsewhere)"});
  CHECK(problems_of(compile("plain_split", platform, model, on({phone, phone, phone}))) ==
        Lines{"placement: protocol 'plain_split' needs at least one layer away from 'phone' (otherwise it is "
              "'local_only')"});
}

TEST_CASE("What cannot be priced or reached is a problem that says what is missing") {
  Model const model = plans::chain();
  Placement const split = on({phone, cloud, cloud});
  PlatformInput input = plans::tiers();
  input.links.pop_back();
  CHECK(problems_of(compile("plain_split", Platform(input), model, split)).front() ==
        "placement: no route between 'phone' and 'cloud' (no links join them)");

  input = plans::tiers();
  input.devices[2].processors[1].rates[static_cast<std::size_t>(DataType::fp32)].reset();
  CHECK(problems_of(compile("plain_split", Platform(input), model, split)) ==
        Lines{"placement: processor 'cloud.cpu' has no rate for fp32 (model 'm' computes in it)"});

  input = plans::tiers();
  input.devices[0].aes_rate.reset();
  WireFormat wire;
  wire.encrypted = true;
  CHECK(problems_of(compile("plain_split", Platform(input), model, split, wire)).front() ==
        "transport: device 'phone' cannot encrypt (it has no aes_gcm_gbit_per_s, the time is unknown)");
}

}  // namespace coinfer
