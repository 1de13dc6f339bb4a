#include "platforms/platform_load.hpp"

#include <catch2/catch.hpp>

#include "scenarios/scenario.pb.h"
#include "sim/base/text_proto.hpp"

using namespace coinfer;

namespace {

EmbeddedFile const catalog_files[] = {
    {"device_pi.textproto",
     "devices {\n"
     "  name: \"pi\"\n"
     "  memory_gib: 4\n"
     "  processors { name: \"cpu\" kind: CPU rates { type: FP32 gflop_per_s: 30 } idle_w: 2 busy_w: 6 }\n"
     "  aes_gcm_gbit_per_s: 0.5\n"
     "  sources { fields: \"memory_gib\" fields: \"processors\" citation: \"datasheet\" grade: PUBLISHED }\n"
     "  sources { fields: \"aes_gcm_gbit_per_s\" citation: \"benchmark\" grade: MEASURED }\n"
     "}\n"},
    {"link_wifi.textproto",
     "links { name: \"wifi\" up_mbit_per_s: 80 latency_ms: 2 duplex: HALF\n"
     "  sources { fields: \"up_mbit_per_s\" fields: \"latency_ms\" citation: \"table\" grade: PUBLISHED } }\n"}};

struct Loaded {
  std::optional<Platform> platform;
  std::string problems;
};

Loaded load(std::string const& text) {
  Located<proto::Scenario> scenario;
  Diagnostics diagnostics;
  REQUIRE(parse_text_proto("s.textproto", text, scenario, diagnostics));
  PlatformCatalog const catalog(std::nullopt, catalog_files);
  auto const& message = scenario.message;
  auto platform =
      load_platform(message.devices(), message.switches(), message.links(), scenario.where(), catalog, diagnostics);
  REQUIRE(platform.has_value() == diagnostics.ok());
  return {std::move(platform), diagnostics.text()};
}

/// Two devices to hang links on: three lines.
std::string const two_devices =
    "devices { name: \"phone\" use: \"pi\" domain: \"user\" }\n"
    "devices { name: \"cloud\" use: \"pi\" domain: \"cloud operator\" }\n"
    "switches: \"tower\"\n";

std::string device(std::string const& rest) { return "devices { name: \"box\" domain: \"user\" " + rest + " }\n"; }

std::string const cpu_start = "processors { name: \"cpu\" kind: CPU rates { type: FP32 gflop_per_s: 1 }";

}  // namespace

TEST_CASE("A device is converted to the units of the domain") {
  auto const loaded = load(
      "devices {\n"
      "  name: \"box\" description: \"a box\" count: 7 domain: \"user\" memory_gib: 2\n"
      "  processors {\n"
      "    name: \"gpu\" kind: GPU\n"
      "    rates { type: FP32 gflop_per_s: 100 }\n"
      "    rates { type: FP16 gflop_per_s: 200 efficiency: 0.5 }\n"
      "    memory_gb_per_s: 50 memory_efficiency: 0.8 launch_us: 3 slots: 4\n"
      "    discipline: PROCESSOR_SHARING idle_w: 1.5 busy_w: 9\n"
      "  }\n"
      "  price_usd_per_hour: 3.6 aes_gcm_gbit_per_s: 8\n"
      "}\n");
  REQUIRE(loaded.problems == "");
  auto const& box = loaded.platform->device(DeviceId(0));
  CHECK(box.name == "box");
  CHECK(box.description == "a box");
  CHECK(box.count == 7);
  CHECK(box.domain == "user");
  CHECK(box.memory == Bytes(2147483648.0));
  CHECK(box.price.value().value() == Approx(0.001).epsilon(1e-15));
  CHECK(box.aes_rate == BytesPerSecond(1e9));
  REQUIRE(box.processors.size() == 1);
  auto const* gpu = box.find_processor("gpu");
  REQUIRE(gpu != nullptr);
  CHECK(box.find_processor("cpu") == nullptr);
  CHECK(gpu->kind == Processor::Kind::gpu);
  CHECK(gpu->rate(DataType::fp32) == FlopPerSecond(1e11));
  CHECK(gpu->rate(DataType::fp16) == FlopPerSecond(1e11));
  CHECK_FALSE(gpu->rate(DataType::int8));
  CHECK(gpu->memory.value().value() == Approx(4e10).epsilon(1e-15));
  CHECK(gpu->launch.value().value() == Approx(3e-6).epsilon(1e-15));
  CHECK(gpu->slots == 4);
  CHECK(gpu->discipline == Discipline::processor_sharing);
  CHECK(gpu->idle == Watts(1.5));
  CHECK(gpu->busy == Watts(9));
}

TEST_CASE("What a device leaves out is absent or takes its documented default") {
  auto const loaded = load(device(cpu_start + " }"));
  REQUIRE(loaded.problems == "");
  auto const& box = loaded.platform->device(DeviceId(0));
  CHECK(box.catalog_name.empty());
  CHECK(box.count == 1);
  CHECK_FALSE(box.memory);
  CHECK_FALSE(box.price);
  CHECK_FALSE(box.aes_rate);
  auto const& cpu = box.processors[0];
  CHECK_FALSE(cpu.memory);
  CHECK_FALSE(cpu.launch);
  CHECK(cpu.slots == 1);
  CHECK(cpu.discipline == Discipline::fifo);
  CHECK_FALSE(cpu.idle);
  CHECK_FALSE(cpu.busy);
}

TEST_CASE("A link is converted to the units of the domain and down defaults to up") {
  auto const loaded =
      load(two_devices +
           "links { name: \"a\" from: \"phone\" to: \"tower\" domain: \"network\" up_mbit_per_s: 8 down_mbit_per_s: 16 "
           "latency_ms: 5 up_j_per_mb: 2 down_j_per_mb: 1 up_usd_per_gb: 0.5 down_usd_per_gb: 0.25 private: true }\n"
           "links { name: \"b\" from: \"tower\" to: \"cloud\" domain: \"network\" up_mbit_per_s: 8 latency_ms: 0 "
           "sharing: FIFO_ORDER duplex: HALF }\n");
  REQUIRE(loaded.problems == "");
  auto const& a = loaded.platform->link(LinkId(0));
  CHECK(a.from == NodeId(0));
  CHECK(a.to == NodeId(2));
  CHECK(a.up == BytesPerSecond(1e6));
  CHECK(a.down == BytesPerSecond(2e6));
  CHECK(a.latency.value() == Approx(0.005).epsilon(1e-15));
  CHECK(a.up_energy.value().value() == Approx(2e-6).epsilon(1e-15));
  CHECK(a.down_energy.value().value() == Approx(1e-6).epsilon(1e-15));
  CHECK(a.up_price.value().value() == Approx(5e-10).epsilon(1e-15));
  CHECK(a.down_price.value().value() == Approx(2.5e-10).epsilon(1e-15));
  CHECK(a.is_private);
  CHECK(a.duplex == Duplex::full);
  CHECK(a.sharing == Sharing::fair);
  auto const& b = loaded.platform->link(LinkId(1));
  CHECK(b.to == NodeId(1));
  CHECK(b.up == b.down);
  CHECK(b.duplex == Duplex::half);
  CHECK(b.sharing == Sharing::fifo);
  CHECK_FALSE(b.is_private);
  CHECK_FALSE(b.up_energy);
  CHECK_FALSE(b.down_price);
}

TEST_CASE("A device starts from its catalogue entry and what the scenario gives replaces it") {
  auto const loaded = load("devices { name: \"phone\" use: \"pi\" domain: \"user\" memory_gib: 8 }\n");
  REQUIRE(loaded.problems == "");
  auto const& phone = loaded.platform->device(DeviceId(0));
  CHECK(phone.name == "phone");
  CHECK(phone.catalog_name == "pi");
  CHECK(phone.memory == Bytes(8 * 1073741824.0));
  CHECK(phone.processors[0].rate(DataType::fp32) == FlopPerSecond(30e9));
  CHECK(phone.processors[0].busy == Watts(6));
}

TEST_CASE("A repeated field replaces that of the catalogue entry whole") {
  auto const loaded = load(
      "devices { name: \"phone\" use: \"pi\" domain: \"user\"\n"
      "  processors { name: \"gpu\" kind: GPU rates { type: FP16 gflop_per_s: 5 } } }\n");
  REQUIRE(loaded.problems == "");
  auto const& phone = loaded.platform->device(DeviceId(0));
  REQUIRE(phone.processors.size() == 1);
  CHECK(phone.processors[0].name == "gpu");
}

TEST_CASE("A source of the catalogue covers no number that the scenario gives itself") {
  auto const loaded = load(
      "devices { name: \"a\" use: \"pi\" domain: \"user\" memory_gib: 8 }\n"
      "devices { name: \"b\" use: \"pi\" domain: \"user\" memory_gib: 8 aes_gcm_gbit_per_s: 1\n"
      "  sources { fields: \"memory_gib\" citation: \"label\" grade: MEASURED } }\n");
  REQUIRE(loaded.problems == "");
  auto const& a = loaded.platform->device(DeviceId(0)).sources;
  CHECK(find_source(a, "memory_gib") == nullptr);
  REQUIRE(find_source(a, "processors[cpu].idle_w") != nullptr);
  CHECK(find_source(a, "processors[cpu].idle_w")->source.citation == "datasheet");
  CHECK(find_source(a, "aes_gcm_gbit_per_s")->source.grade == Grade::measured);
  auto const& b = loaded.platform->device(DeviceId(1)).sources;
  REQUIRE(b.size() == 2);
  CHECK(find_source(b, "memory_gib")->source.citation == "label");
  CHECK(find_source(b, "processors[cpu].idle_w")->source.citation == "datasheet");
  CHECK(find_source(b, "aes_gcm_gbit_per_s") == nullptr);
}

TEST_CASE("An unknown catalogue entry is an error with a suggestion") {
  CHECK(load("devices { name: \"a\" use: \"pii\" domain: \"user\" }\n").problems ==
        "s.textproto:1:21: no device 'pii' in the catalogue did you mean 'pi'?");
  CHECK(load(two_devices + "links { name: \"a\" use: \"wify\" from: \"phone\" to: \"cloud\" domain: \"n\" }\n").problems ==
        "s.textproto:4:19: no link 'wify' in the catalogue did you mean 'wifi'?");
}

TEST_CASE("Devices and switches share one name space and links have their own") {
  CHECK(load(two_devices + "devices { name: \"phone\" use: \"pi\" domain: \"user\" }\n").problems ==
        "s.textproto:4:11: duplicate device name 'phone' (devices and switches share one name space)");
  CHECK(load(two_devices + "switches: \"phone\"\n").problems ==
        "s.textproto:4:1: duplicate switch name 'phone' (devices and switches share one name space)");
  std::string const wire = "links { name: \"w\" use: \"wifi\" from: \"phone\" to: \"cloud\" domain: \"n\" }\n";
  CHECK(load(two_devices + wire + wire).problems == "s.textproto:5:9: duplicate link name 'w' (links are found by name)");
  CHECK(load(two_devices + "links { name: \"phone\" use: \"wifi\" from: \"phone\" to: \"cloud\" domain: \"n\" }\n")
            .problems == "");
}

TEST_CASE("A scenario must name its devices and links and say who controls and sees them") {
  CHECK(load("devices { use: \"pi\" domain: \"user\" }\n").problems == "s.textproto:1:1: field 'name' is missing");
  CHECK(load("devices { name: \"a\" use: \"pi\" }\n").problems ==
        "s.textproto:1:1: field 'domain' is missing (a scenario says who controls each device)");
  CHECK(load(two_devices + "links { name: \"w\" use: \"wifi\" from: \"phone\" to: \"cloud\" }\n").problems ==
        "s.textproto:4:1: field 'domain' is missing (a scenario says who sees what crosses each link)");
  CHECK(load(two_devices + "links { name: \"w\" use: \"wifi\" domain: \"n\" }\n").problems ==
        "s.textproto:4:1: field 'from' is missing (a scenario says where each link begins)\n"
        "s.textproto:4:1: field 'to' is missing (a scenario says where each link ends)");
  CHECK(load(two_devices + "switches: \"\"\n").problems == "s.textproto:4:1: the name of a switch is empty");
}

TEST_CASE("A rule of the schema is checked on the device after use") {
  CHECK(load("devices { name: \"a\" domain: \"user\" }\n").problems == "s.textproto:1:1: field 'processors' is missing");
  CHECK(load("devices { name: \"a\" domain: \"user\" use: \"pi\" }\n").problems == "");
  CHECK(load("devices { name: \"a\" domain: \"user\" use: \"pi\" memory_gib: -1 }\n").problems ==
        "s.textproto:1:46: memory_gib is -1 (must be above 0)");
}

TEST_CASE("A link must end at a known node and not where it begins") {
  CHECK(load(two_devices + "links { name: \"w\" use: \"wifi\" from: \"phne\" to: \"towr\" domain: \"n\" }\n").problems ==
        "s.textproto:4:31: no device or switch 'phne' did you mean 'phone'?\n"
        "s.textproto:4:44: no device or switch 'towr' did you mean 'tower'?");
  CHECK(load(two_devices + "links { name: \"w\" use: \"wifi\" from: \"tower\" to: \"tower\" domain: \"n\" }\n").problems ==
        "s.textproto:4:45: the link goes from 'tower' to itself");
}

TEST_CASE("A half-duplex link has no bandwidth down of its own") {
  CHECK(load(two_devices +
             "links { name: \"w\" use: \"wifi\" from: \"phone\" to: \"cloud\" domain: \"n\" down_mbit_per_s: 80 }\n")
            .problems ==
        "s.textproto:4:69: down_mbit_per_s is given on a half-duplex link (its directions share up_mbit_per_s)");
}

TEST_CASE("A private link belongs to the fleet at exactly one end") {
  std::string const fleets =
      "devices { name: \"phones\" use: \"pi\" domain: \"user\" count: 9 }\n"
      "devices { name: \"servers\" use: \"pi\" domain: \"edge operator\" count: 2 }\n"
      "switches: \"tower\"\n"
      "switches: \"exchange\"\n";
  auto const own = [&](std::string const& from, std::string const& to) {
    return load(fleets + "links { name: \"w\" private: true use: \"wifi\" from: \"" + from + "\" to: \"" + to +
                "\" domain: \"n\" }\n")
        .problems;
  };
  CHECK(own("phones", "tower") == "");
  CHECK(own("phones", "servers") ==
        "s.textproto:5:19: a private link joins two fleets (it belongs to the members of the fleet at one end)");
  CHECK(own("tower", "exchange") ==
        "s.textproto:5:19: a private link joins two switches (it belongs to the members of a fleet at one end)");
}

TEST_CASE("Processors of a device differ in name and have one rate per data type") {
  CHECK(load(device(cpu_start + " }\n" + cpu_start + " }")).problems ==
        "s.textproto:2:14: duplicate processor name 'cpu' (a placement finds processors by name)");
  CHECK(load(device("\nprocessors { name: \"cpu\" kind: CPU\n"
                    "rates { type: FP16 gflop_per_s: 1 }\n"
                    "rates { type: FP16 gflop_per_s: 2 } }"))
            .problems == "s.textproto:4:9: duplicate rate for FP16 (a processor has one rate per data type)");
}

TEST_CASE("A processor cannot draw less power busy than idle") {
  CHECK(load(device("\n" + cpu_start + " idle_w: 4 busy_w: 3.5 }")).problems ==
        "s.textproto:2:82: busy_w is 3.5 (must be at least idle_w, which is 4)");
  CHECK(load(device(cpu_start + " idle_w: 4 busy_w: 4 }")).problems == "");
}

TEST_CASE("A number that leaves the range of a double when it is converted is an error") {
  CHECK(load(two_devices + "links { name: \"w\" use: \"wifi\" from: \"phone\" to: \"cloud\" domain: \"n\"\n"
                           "up_mbit_per_s: 1e305 }\n")
            .problems == "s.textproto:5:1: up_mbit_per_s is 1e+305 (out of range)");
  CHECK(load(device("\nmemory_gib: 1e300 " + cpu_start + " }")).problems ==
        "s.textproto:2:1: memory_gib is 1e+300 (out of range)");
}

TEST_CASE("Every problem of a platform is reported at once") {
  CHECK(load("devices { name: \"a\" use: \"pi\" domain: \"user\" memory_gib: 0 }\n"
             "devices { name: \"a\" use: \"pi\" }\n"
             "links { name: \"w\" use: \"wifi\" from: \"a\" to: \"elsewhere\" }\n")
            .problems ==
        "s.textproto:1:46: memory_gib is 0 (must be above 0)\n"
        "s.textproto:2:1: field 'domain' is missing (a scenario says who controls each device)\n"
        "s.textproto:2:11: duplicate device name 'a' (devices and switches share one name space)\n"
        "s.textproto:3:41: no device or switch 'elsewhere'");
}
