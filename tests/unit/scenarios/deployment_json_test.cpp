// deployment.json, by a reader that is not ours.
#include "scenarios/report/deployment_json.hpp"

#include <nlohmann/json.hpp>

#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using nlohmann::json;
using namespace samples;

TEST_CASE("deployment.json has every device, link and server, and where the layers run") {
  json const whole = json::parse(deployment_json(scenario_of(
      "name: \"s\" question: \"why?\"\n" +
      device("phone", "count: 3 memory_gib: 2 enclaves { name: \"tee\" on: \"cpu\" protected_memory_mib: 64 }") +
      device("cloud") + "switches: \"air\"\n" + link("access", "phone", "air", "private: true down_mbit_per_s: 16") +
      link("core", "air", "cloud", "duplex: HALF sharing: FIFO_ORDER") +
      workload(
          "w", "phone",
          "protocol: \"plain_split\" placement { stages { on: \"phone.tee\" until: \"a\" } stages { on: \"cloud\" } }\n" +
              each_5_s) +
      "stop { requests: 3 }\n")));
  CHECK(whole["schema_version"] == 2);
  CHECK(whole["question"] == "why?");
  CHECK(whole["devices"][0] == json::parse(R"({"name": "phone", "catalog_name": null, "count": 3, "domain": "phone owner",
                        "memory_bytes": 2147483648.0, "processors": [{"name": "cpu", "kind": "cpu", "slots": 1}],
                        "enclaves": [{"name": "tee", "catalog_name": null, "on": "cpu",
                                      "protected_memory_bytes": 67108864.0}]})"));
  CHECK(whole["devices"][1]["memory_bytes"].is_null());
  CHECK(whole["switches"] == json::parse(R"(["air"])"));
  CHECK(whole["links"][0] ==
        json::parse(R"({"name": "access", "from": "phone", "to": "air", "domain": "network", "private": true,
                        "duplex": "full", "sharing": "fair", "up_bytes_per_s": 1e6, "down_bytes_per_s": 2e6,
                        "latency_s": 0.01, "jitter": false})"));
  CHECK(whole["links"][1]["duplex"] == "half");
  CHECK(whole["links"][1]["sharing"] == "fifo");
  CHECK(whole["servers"].empty());
  CHECK(whole["workloads"] ==
        json::parse(R"([{"name": "w", "model": "m", "source": "phone", "protocol": "plain_split", "cut": "a",
                         "placed": [{"on": "phone.tee", "layers": 1, "first": "a", "last": "a"},
                                    {"on": "cloud.cpu", "layers": 1, "first": "b", "last": "b"}]}])"));
}

TEST_CASE("A model that comes back to where it started is three runs of layers, and servers stand where they serve") {
  json const whole = json::parse(deployment_json(scenario_of(R"(name: "s"
    devices { name: "user" use: "rtx_3090" domain: "user" aes_gcm_gbit_per_s: 36 }
    devices { name: "cloud" use: "h100_sxm_80" domain: "cloud operator" }
    links { name: "wan" from: "user" to: "cloud" up_mbit_per_s: 1000 latency_ms: 10 domain: "network" }
    servers { on: "cloud.gpu" }
    workloads { name: "chat" model: "llama_3_8b" source: "user" arrivals { closed_loop { users: 1 } }
      tokens { prompt { constant: 64 } output { constant: 64 } } protocol: "per_token_pipeline" wire_type: BF16
      placement { stages { on: "user.gpu" layers: "embedding..block1" layers: "block30.attn_norm..lm_head" }
                  stages { on: "cloud.gpu" } } }
    stop { requests: 1 })")));
  CHECK(whole["question"].is_null());
  CHECK(whole["devices"][0]["catalog_name"] == "rtx_3090");
  CHECK(whole["servers"] == json::parse(R"([{"name": "cloud.gpu", "on": "cloud.gpu", "replicas": 1, "tensor_parallel": 1,
                         "pipeline_parallel": 1}])"));
  json const& placed = whole["workloads"][0]["placed"];
  REQUIRE(placed.size() == 3);
  CHECK(placed[0]["on"] == "user.gpu");
  CHECK(placed[0]["first"] == "embedding");
  CHECK(placed[0]["last"] == "block1");
  CHECK(placed[1]["on"] == "cloud.gpu");
  CHECK(placed[1]["last"] == "block29");
  CHECK(placed[2]["on"] == "user.gpu");
  CHECK(placed[2]["last"] == "lm_head");
}

}  // namespace coinfer
