#include "scenarios/scenario_load.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>

#include "scenarios/library.hpp"
#include "sim/base/errors.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

TEST_CASE("A scenario keeps what its file says") {
  Scenario const scenario = scenario_of(phone_and_cloud(
      "question: \"why?\" seed: 9 engine: PLAIN adversaries { name: \"eve\" domains: \"network\" knowledge: BLACK_BOX }\n"
      "stop { requests: 3 duration_s: 60 at_end: CUT warm_up_s: 2 warm_up_requests: 1 }\n"));
  CHECK(scenario.name == "s");
  CHECK(scenario.question == "why?");
  CHECK(scenario.seed == 9);
  CHECK(scenario.engine == EngineKind::plain);
  CHECK(scenario.platform.devices().size() == 2);
  REQUIRE(scenario.workloads.size() == 1);
  CHECK(scenario.workloads[0].name == "w");
  CHECK(scenario.workloads[0].model == "m");
  CHECK(scenario.workloads[0].protocol == "plain_split");
  CHECK(scenario.workloads[0].cut == "a");
  CHECK(scenario.workloads[0].plan.phases[0].tasks.size() == 4);
  CHECK(scenario.workloads[0].exposures.size() == 4);
  REQUIRE(scenario.adversaries.size() == 1);
  CHECK(scenario.stop.requests == 3u);
  CHECK(scenario.stop.duration == Seconds(60));
  CHECK(scenario.stop.cut);
  CHECK(scenario.stop.warm_up == Seconds(2));
  CHECK(scenario.stop.warm_up_requests == 1);
}

TEST_CASE("What a file leaves unset: seed 1, the fast engine, drain, no warm-up") {
  Scenario const scenario = scenario_of(phone_and_cloud());
  CHECK(scenario.seed == 1);
  CHECK(scenario.engine == EngineKind::fast);
  CHECK_FALSE(scenario.stop.cut);
  CHECK(scenario.stop.warm_up == Seconds(0));
  CHECK(scenario.leakage->rows().empty());
}

TEST_CASE("Assignments are applied in order, and the seed of the command line wins over all") {
  LoadOptions options;
  options.assignments = {"seed=5", "devices[phone].count=7", "devices[phone].count=8", "stop.requests=2"};
  Scenario scenario = scenario_of(phone_and_cloud(), options);
  CHECK(scenario.seed == 5);
  CHECK(scenario.platform.devices()[0].count == 8);
  CHECK(scenario.stop.requests == 2u);
  options.seed = 0;
  CHECK(scenario_of(phone_and_cloud(), options).seed == 0);
}

TEST_CASE("The manifest's text is the scenario after all assignments, and loads to the same plan") {
  LoadOptions options;
  options.assignments = {"workloads[w].framing_bytes=96"};
  Scenario const scenario = scenario_of(phone_and_cloud(), options);
  Scenario const again = scenario_of(scenario.text);
  CHECK(again.text == scenario.text);
  REQUIRE(again.workloads[0].plan.phases[0].graph.tasks().size() == 4);
  CHECK(again.workloads[0].plan.phases[0].graph.tasks()[1].amount == 4096);
}

TEST_CASE("What crosses from the source names the cut: nothing, the input, or the layers of every transfer") {
  std::string const stop = "stop { requests: 1 }\n";
  std::string const both = "name: \"s\"\n" + device("phone") + device("cloud") + link("access", "phone", "cloud");
  CHECK(scenario_of(both + workload("w", "phone", local + each_5_s) + stop).workloads[0].cut.empty());
  std::string const cloud = "protocol: \"cloud_only\" placement { stages { on: \"cloud\" } }";
  CHECK(scenario_of(both + workload("w", "phone", cloud + each_5_s) + stop).workloads[0].cut == "input");
}

TEST_CASE("Numbers given in a scenario are graded ASSUMED, those of the catalogue keep their grade") {
  Scenario const scenario =
      scenario_of("name: \"s\"\ndevices { name: \"phone\" use: \"raspberry_pi_5\" domain: \"user\" }\n" +
                  workload("w", "phone", local + each_5_s) + "stop { requests: 1 }\n");
  bool cited = false;
  for (InputGrade const& input : scenario.inputs) {
    INFO(input.what);
    CHECK(input.what.find("device 'phone': ") == 0);
    cited = cited || input.source.grade != Grade::assumed;
  }
  CHECK(cited);
  Scenario const own = scenario_of(phone_and_cloud());
  REQUIRE_FALSE(own.inputs.empty());
  for (InputGrade const& input : own.inputs) {
    CHECK(input.source.grade == Grade::assumed);
    CHECK(input.source.citation == "given in the scenario");
  }
}

TEST_CASE("What a server takes for its machines is graded, and machines without a price are named beside those with one") {
  auto const graded = [](std::string const& name, std::vector<std::string> const& assignments) {
    LoadOptions options;
    options.assignments = assignments;
    Scenario const scenario = scenario_of(std::string(find_library_scenario(name)->content), options);
    std::map<std::string, std::string> found;
    for (InputGrade const& input : scenario.inputs) {
      if (input.what.rfind("server 'cloud.gpu': ", 0) != 0) continue;
      found[input.what.substr(20)] = input.source.citation + " " + std::string(to_string(input.source.grade));
    }
    return std::make_pair(found, scenario.notes);
  };
  using Grades = std::map<std::string, std::string>;
  auto const [chat, notes] = graded("cloud_only_llama_3_8b", {});
  CHECK(chat == Grades{{"overhead_us", "given in the scenario ASSUMED"},
                       {"memory_utilisation", "default, that of vLLM 0.8.5 PUBLISHED"}});
  CHECK(std::count(notes.begin(), notes.end(), "money is without what has no price: 'laptop'") == 1);
  CHECK(graded("cmif_llama_2_7b", {"servers[0].kv_capacity_tokens=20000"}).first ==
        Grades{{"overhead_us", "not known, counted as none ASSUMED"}});
  CHECK(graded("code_completion_llama_2_70b", {"servers[0].memory_utilisation=0.8"}).first ==
        Grades{{"overhead_us", "not known, counted as none ASSUMED"},
               {"peer.bandwidth_gb_per_s", "given in the scenario ASSUMED"},
               {"peer.latency_us", "given in the scenario ASSUMED"},
               {"memory_utilisation", "given in the scenario ASSUMED"}});
}

TEST_CASE("What the model of time leaves out is noted") {
  std::vector<std::string> const notes = scenario_of(phone_and_cloud()).notes;
  auto const has = [&](std::string const& note) { return std::find(notes.begin(), notes.end(), note) != notes.end(); };
  CHECK(has("memory of 'phone' is unknown: whether the model fits is not checked"));
  CHECK(has("'cloud.cpu': 0 layers of workload 'w' by measured times, 1 by the roofline"));
  CHECK(has("'cloud.cpu': memory bandwidth unknown, the roofline has no memory term"));
  CHECK(has("'cloud.cpu': launch cost unknown, counted as none"));
}

TEST_CASE("What all workloads place on a device must fit its memory together, and two on one model hold it once") {
  std::string const two_models = "name: \"s\"\n" + device("phone", "memory_gib: 0.006") +
                                 workload("one", "phone", local + each_5_s) + workload("two", "phone", local + each_5_s) +
                                 "stop { requests: 3 }\n";
  // Each holds two layers of 1000 x 1000 values, 7.6 MiB.
  std::string const alone = "the layers on 'phone' do not fit its memory (8 MiB needed, 6 MiB there)";
  CHECK(problems_of(two_models).find(alone) != std::string::npos);
  std::string enough = two_models;
  enough.replace(enough.find("0.006"), 5, "0.008");
  CHECK(scenario_of(enough).workloads.size() == 2);
  std::string other_name = enough;
  other_name.replace(other_name.rfind("name: \"m\""), 9, "name: \"n\"");
  CHECK(
      problems_of(other_name).find("the layers of all workloads on 'phone' do not fit its memory (15 MiB needed, 8 MiB") !=
      std::string::npos);
}

TEST_CASE("A model that does not fit the memory of a device is refused, with both sizes") {
  std::string text = phone_and_cloud();
  text.replace(text.find("domain: \"cloud owner\""), 21, "domain: \"cloud owner\" memory_gib: 0.001");
  std::string const problems = problems_of(text);
  CHECK(problems.find("the layers on 'cloud' do not fit its memory (4 MiB needed, 1 MiB there)") != std::string::npos);
}

TEST_CASE("Of very many crossings the first and the last are named, for every row of the results says them") {
  std::string const text = R"(name: "s"
    devices { name: "vm" use: "xeon_8480" domain: "user" enclaves { name: "tee" use: "tdx" } }
    devices { name: "cloud" use: "h100_sxm_80" domain: "cloud operator" }
    links { name: "fabric" from: "vm" to: "cloud" up_mbit_per_s: 100 latency_ms: 1 domain: "network" }
    workloads {
      name: "chat" source: "vm" arrivals { fixed_rate { rate_per_s: 1 } }
      model_inline {
        name: "m" transformer { layers: 2 width: 64 heads: 4 ff_width: 128 vocabulary: 100 max_context_tokens: 99 }
      }
      tokens { prompt { constant: 5 } output { constant: 5 } }
      protocol: "talaria" options { talaria { rank_ratio: 0.5 linears_on: "cloud.gpu" } }
      placement { stages { on: "vm.tee" } }
    }
    stop { requests: 3 })";
  // Two blocks of four products and the head: up and down for each.
  CHECK(scenario_of(text).workloads[0].cut == "block0.qkv inputs > (16 more) > lm_head outputs");
}

TEST_CASE("A run without an end is refused unless every workload replays a trace") {
  CHECK(problems_of(phone_and_cloud(""))
            .find("the run has no end (workload 'w' goes on for ever; give stop.requests or stop.duration_s)") !=
        std::string::npos);
}

TEST_CASE("A scenario file that is not there is an input error") {
  Diagnostics diagnostics;
  CHECK_THROWS_AS(load_scenario("no/such/file.textproto", {}, catalog(), diagnostics), InputError);
}

}  // namespace coinfer
