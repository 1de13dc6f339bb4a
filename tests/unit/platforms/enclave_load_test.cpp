#include "platforms/enclave_load.hpp"

#include <catch2/catch.hpp>

#include "platforms/platform_load.hpp"
#include "scenarios/scenario.pb.h"
#include "sim/base/text_proto.hpp"

using namespace coinfer;

namespace {

EmbeddedFile const catalog_files[] = {
    {"device_laptop.textproto",
     "devices {\n"
     "  name: \"laptop\"\n"
     "  processors { name: \"cpu\" kind: CPU rates { type: FP32 gflop_per_s: 30 } }\n"
     "  processors { name: \"gpu\" kind: GPU rates { type: FP32 gflop_per_s: 300 } }\n"
     "  sources { fields: \"processors\" citation: \"datasheet\" grade: PUBLISHED }\n"
     "}\n"},
    {"enclave_vault.textproto",
     "enclaves { name: \"vault\" kind: CPU protected_memory_mib: 93 entry_us: 3.5 compute_slowdown: 1.5\n"
     "  bridge { gb_per_s: 2 toll_us: 700 }\n"
     "  sources { fields: \"protected_memory_mib\" fields: \"bridge\" citation: \"paper\" grade: PUBLISHED }\n"
     "  sources { fields: \"entry_us\" fields: \"compute_slowdown\" citation: \"bench\" grade: MEASURED } }\n"}};

PlatformCatalog const& catalog() {
  static PlatformCatalog const entries(std::nullopt, catalog_files);
  return entries;
}

struct Loaded {
  std::optional<Platform> platform;
  std::string problems;
};

Loaded load(std::string const& text) {
  Located<proto::Scenario> scenario;
  Diagnostics diagnostics;
  REQUIRE(parse_text_proto("s.textproto", text, scenario, diagnostics));
  auto const& message = scenario.message;
  auto platform =
      load_platform(message.devices(), message.switches(), message.links(), scenario.where(), catalog(), diagnostics);
  REQUIRE(platform.has_value() == diagnostics.ok());
  return {std::move(platform), diagnostics.text()};
}

/// A laptop with one more line.
std::string client(std::string const& line) {
  return "devices { name: \"client\" use: \"laptop\" domain: \"user\"\n" + line + " }\n";
}

Enclave enclave_of(std::string const& line) {
  auto const loaded = load(client(line));
  REQUIRE(loaded.problems == "");
  return loaded.platform->device(DeviceId(0)).enclaves.at(0);
}

}  // namespace

TEST_CASE("An enclave is converted to the units of the domain") {
  Enclave const enclave = enclave_of(
      "enclaves { name: \"e\" on: \"gpu\" description: \"d\" protected_memory_mib: 2 entry_us: 3 compute_slowdown: 1.25 "
      "memory_slowdown: 1.5 paging { jump_ms: 100 gb_per_s: 0.5 } im2col: true keeps_activations: true "
      "bridge { gb_per_s: 4 toll_us: 600 toll_per_sequence_us: 5 } initialisation_ms: 250 "
      "attestation { quote_ms: 40 quotes_at_once: 1 verify_ms: 0.5 } concurrency: 3 aes_gcm_gbit_per_s: 8 }");
  CHECK(enclave.name == "e");
  CHECK(enclave.catalog_name.empty());
  CHECK(enclave.description == "d");
  CHECK(enclave.processor == 1);
  CHECK(enclave.protected_memory == Bytes(2097152));
  CHECK(enclave.entry.value().value() == Approx(3e-6).epsilon(1e-15));
  CHECK(enclave.compute_slowdown == 1.25);
  CHECK(enclave.memory_slowdown == 1.5);
  REQUIRE(enclave.paging.has_value());
  CHECK(enclave.paging->jump.value() == Approx(0.1).epsilon(1e-15));
  CHECK(enclave.paging->rate == BytesPerSecond(5e8));
  CHECK(enclave.im2col);
  CHECK(enclave.keeps_activations);
  REQUIRE(enclave.bridge.has_value());
  CHECK(enclave.bridge->rate == BytesPerSecond(4e9));
  CHECK(enclave.bridge->toll.value().value() == Approx(6e-4).epsilon(1e-15));
  CHECK(enclave.bridge->toll_per_sequence.value() == Approx(5e-6).epsilon(1e-15));
  CHECK(enclave.initialisation == Seconds(0.25));
  REQUIRE(enclave.attestation.has_value());
  CHECK(enclave.attestation->quote.value().value() == Approx(0.04).epsilon(1e-15));
  CHECK(enclave.attestation->quotes_at_once == 1U);
  CHECK(enclave.attestation->verify.value().value() == Approx(5e-4).epsilon(1e-15));
  CHECK(enclave.concurrency == 3U);
  CHECK(enclave.aes_rate == BytesPerSecond(1e9));
}

TEST_CASE("What an enclave leaves out stays unknown, it is a mode of the first processor") {
  Enclave const enclave = enclave_of("enclaves { name: \"e\" }");
  CHECK(enclave.processor == 0);
  CHECK_FALSE(enclave.protected_memory);
  CHECK_FALSE(enclave.entry);
  CHECK_FALSE(enclave.compute_slowdown);
  CHECK_FALSE(enclave.memory_slowdown);
  CHECK_FALSE(enclave.paging);
  CHECK_FALSE(enclave.bridge);
  CHECK_FALSE(enclave.initialisation);
  CHECK_FALSE(enclave.attestation);
  CHECK_FALSE(enclave.concurrency);
  CHECK_FALSE(enclave.aes_rate);
  CHECK_FALSE(enclave.im2col);
  CHECK_FALSE(enclave.keeps_activations);
}

TEST_CASE("An enclave of a kind is a mode of the first processor of that kind") {
  CHECK(enclave_of("enclaves { name: \"e\" kind: GPU }").processor == 1);
  CHECK(enclave_of("enclaves { name: \"e\" kind: CPU }").processor == 0);
}

TEST_CASE("An enclave starts from its catalogue entry beside a device that starts from its own") {
  auto const loaded = load(client("enclaves { name: \"sgx\" use: \"vault\" entry_us: 7 bridge { toll_us: 800 } }"));
  REQUIRE(loaded.problems == "");
  Device const& device = loaded.platform->device(DeviceId(0));
  REQUIRE(device.find_enclave("sgx") != nullptr);
  CHECK(device.find_enclave("vault") == nullptr);
  Enclave const& enclave = *device.find_enclave("sgx");
  CHECK(enclave.catalog_name == "vault");
  CHECK(enclave.protected_memory == Bytes(93 * 1048576.0));
  CHECK(enclave.entry.value().value() == Approx(7e-6).epsilon(1e-15));
  CHECK(enclave.bridge->rate == BytesPerSecond(2e9));
  CHECK(enclave.bridge->toll.value().value() == Approx(8e-4).epsilon(1e-15));
}

TEST_CASE("The sources of an enclave are the device's, and cover no number that the scenario gives itself") {
  auto const loaded = load(client("enclaves { name: \"sgx\" use: \"vault\" entry_us: 7 bridge { toll_us: 800 } }"));
  REQUIRE(loaded.problems == "");
  auto const& sources = loaded.platform->device(DeviceId(0)).sources;
  auto const grade = [&](char const* path) {
    auto const* source = find_source(sources, path);
    return source == nullptr ? Grade::assumed : source->source.grade;
  };
  CHECK(grade("processors[cpu].rates[0].gflop_per_s") == Grade::published);
  CHECK(grade("enclaves[sgx].protected_memory_mib") == Grade::published);
  CHECK(grade("enclaves[sgx].compute_slowdown") == Grade::measured);
  CHECK(grade("enclaves[sgx].entry_us") == Grade::assumed);
  CHECK(grade("enclaves[sgx].bridge.gb_per_s") == Grade::published);
  CHECK(grade("enclaves[sgx].bridge.toll_us") == Grade::assumed);
}

TEST_CASE("An enclave stands on a processor that there is and that can have it") {
  CHECK(load(client("enclaves { name: \"sgx\" use: \"vault\" on: \"cpus\" }")).problems ==
        "s.textproto:2:37: no processor 'cpus' for enclave 'sgx' did you mean 'cpu'?");
  CHECK(load(client("enclaves { name: \"sgx\" use: \"vault\" on: \"gpu\" }")).problems ==
        "s.textproto:2:37: processor 'gpu' cannot have enclave 'sgx' (it is a mode of a CPU, 'gpu' is a GPU)");
  CHECK(load(client("enclaves { name: \"sgx\" kind: NPU }")).problems ==
        "s.textproto:2:1: no processor of the device can have enclave 'sgx' (it is a mode of an NPU)");
}

TEST_CASE("What is wrong with an enclave is told where it stands") {
  CHECK(load(client("enclaves { name: \"sgx\" use: \"vualt\" }")).problems ==
        "s.textproto:2:24: no enclave 'vualt' in the catalogue did you mean 'vault'?");
  CHECK(load(client("enclaves { name: \"sgx\" use: \"vault\" compute_slowdown: 0.9 }")).problems ==
        "s.textproto:2:37: compute_slowdown is 0.9 (must be at least 1: inside is never faster than outside)");
  CHECK(load(client("enclaves { use: \"vault\" }")).problems == "s.textproto:2:1: field 'name' is missing");
  CHECK(load(client("enclaves { name: \"e\" paging { gb_per_s: 1 } }")).problems ==
        "s.textproto:2:22: field 'jump_ms' is missing");
  CHECK(load(client("enclaves { name: \"e\" protected_memory_mib: 1e305 }")).problems ==
        "s.textproto:2:22: protected_memory_mib is 1e+305 (out of range)");
}

TEST_CASE("The processors and enclaves of a device share one name space") {
  CHECK(load(client("enclaves { name: \"gpu\" }")).problems ==
        "s.textproto:2:12: duplicate enclave name 'gpu' (a placement finds processors and enclaves of a device by name)");
  CHECK(load(client("enclaves { name: \"a\" } enclaves { name: \"a\" }")).problems ==
        "s.textproto:2:35: duplicate enclave name 'a' (a placement finds processors and enclaves of a device by name)");
}
