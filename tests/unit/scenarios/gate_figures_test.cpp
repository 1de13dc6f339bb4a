#include "scenarios/gate/figures.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/library.hpp"
#include "scenarios/report/report.hpp"
#include "scenarios/run/run.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

using Json = nlohmann::json;

/// The name of an element of a list in summary.json; empty where several may share it or none has one.
std::string name_of(std::string const& list, Json const& element) {
  auto const text = [&](char const* key) { return element.at(key).get<std::string>(); };
  if (list == "workloads") return text("name");
  if (list == "resources") return text("resource");
  if (list == "servers") return text("server");
  if (list == "privacy_ledger") return text("source");
  if (list == "exposure_counts") return text("adversary") + "/" + text("workload") + "/" + text("protection");
  if (list != "privacy") return "";
  std::string const name = text("adversary") + "/" + text("workload") + "/" + text("metric");
  return text("scale").empty() ? name : name + "/" + text("scale");
}

/// Walks summary.json and looks every number up by its path.
class Walk {
 public:
  Walk(Scenario const& scenario, Results const& results) : scenario_(scenario), results_(results) {
    visit(Json::parse(summary_json(scenario, results)), "");
  }
  int numbers = 0;
  int withheld = 0;  ///< leakage of a row that something worse outranks

 private:
  void visit(Json const& node, std::string const& path) {
    if (node.is_object()) {
      for (auto const& [key, child] : node.items()) {
        if (path.empty() && (key == "schema_version" || key == "expectations")) continue;
        visit(child, path.empty() ? key : path + "." + key);
      }
    } else if (node.is_array()) {
      std::set<std::string> names;
      for (std::size_t i = 0; i < node.size(); ++i) {
        std::string const name = name_of(path, node[i]);
        if (!name.empty() && names.insert(name).second) visit(node[i], path + "[" + name + "]");
        visit(node[i], path + "[" + std::to_string(i) + "]");
      }
    } else if (node.is_number()) {
      look_up(path, node.get<double>());
    }
  }

  void look_up(std::string const& path, double expected) {
    INFO(path);
    ++numbers;
    auto const problem = check_figure(path, scenario_);
    INFO((problem ? problem->problem + problem->why : std::string()));
    CHECK_FALSE(problem.has_value());
    FigureValue const value = measure_figure(path, scenario_, results_);
    INFO(value.absence);
    if (!value.value && path.rfind("privacy[", 0) == 0 && path.ends_with("].value")) {
      ++withheld;
      CHECK_FALSE(value.absence.empty());
      return;
    }
    REQUIRE(value.value.has_value());
    CHECK(*value.value == expected);
    CHECK((value.interval.has_value() || !value.no_interval.empty()));
  }

  Scenario const& scenario_;
  Results const& results_;
};

Scenario library(std::string const& name, std::vector<std::string> const& set) {
  return scenario_of(std::string(find_library_scenario(name)->content), {set, std::nullopt});
}

std::string problem_of(std::string const& path, Scenario const& scenario) {
  std::optional<FigureProblem> const problem = check_figure(path, scenario);
  if (!problem) return "none";
  return problem->problem + " (" + problem->why + ")" +
         (problem->suggestion.empty() ? "" : " " + problem->suggestion + "?");
}

}  // namespace

TEST_CASE("Every number of summary.json is a figure of the same value: a vision model, its leakage, floors and links") {
  Scenario const scenario =
      library("gpz_vgg19_phone_5g", {"stop={requests: 300}", "privacy_floors=[{metric: \"mse\" at_least: 0.01}]"});
  Results const results = run(scenario);
  Walk const walk(scenario, results);
  CHECK(walk.numbers > 150);
  CHECK(walk.withheld == 0);
}

TEST_CASE("Every number of summary.json is a figure of the same value: token models, servers, a ledger") {
  for (char const* const name : {"cmif_budget_llama_2_7b", "talaria_llama_3_8b"}) {
    Scenario const scenario = library(name, {"stop={requests: 20}"});
    Results const results = run(scenario);
    Walk const walk(scenario, results);
    CHECK(walk.numbers > 150);
  }
}

TEST_CASE("Every path that is listed exists, once its names are filled in") {
  Scenario const scenario = library("cmif_budget_llama_2_7b", {"privacy_floors=[{metric: \"epsilon\" at_most: 1e9}]"});
  std::string const workload = scenario.workloads.front().name;
  std::string const seen = scenario.adversaries.front().name + "/" + workload + "/";
  std::set<std::string> paths;
  for (FigureLine const& line : figure_lines()) {
    std::string path = line.path;
    auto const fill = [&](std::string const& form, std::string const& name) {
      std::size_t const at = path.find("[" + form + "]");
      if (at != std::string::npos) path.replace(at + 1, form.size(), name);
    };
    if (path.rfind("workloads", 0) == 0) fill("NAME", workload);
    if (path.rfind("resources", 0) == 0) {
      Device const& device = scenario.platform.devices().front();
      fill("NAME", device.name + "." + device.processors.front().name);
    }
    if (path.rfind("servers", 0) == 0) fill("NAME", scenario.servers.front().config.name);
    fill("ADVERSARY/WORKLOAD/METRIC/SCALE", seen + "epsilon");
    fill("ADVERSARY/WORKLOAD/PROTECTION", seen + "clear");
    fill("SOURCE", scenario.platform.device(scenario.workloads.front().source).name);
    fill("INDEX", "0");
    INFO(line.path);
    CHECK(problem_of(path, scenario) == "none");
    CHECK(paths.insert(path).second);
    CHECK_FALSE(line.description.empty());
  }
}

TEST_CASE("A path that names nothing is told with what may have been meant") {
  Scenario const scenario = library("gpz_vgg19_phone_5g", {});
  CHECK(problem_of("latency_s.p96", scenario) ==
        "summary.json has no figure 'latency_s.p96' (coinfer list figures shows them) did you mean 'latency_s.p90'?");
  CHECK(problem_of("workloads[vison].latency_s.p95", scenario) ==
        "no workload 'vison' (there are 'vision') did you mean 'vision'?");
  CHECK(problem_of("workloads[vision].latency", scenario).rfind("a workload has no figure 'latency' (", 0) == 0);
  CHECK(problem_of("resources[access upp].utilisation", scenario) ==
        "no resource 'access upp' (there are 'phone.cpu', 'phone.gpu', 'cloud.gpu', 'access up', 'access down') did you "
        "mean 'access "
        "up'?");
  CHECK(problem_of("servers[s].mean_batch", scenario) == "no server 's' (the scenario has none)");
  CHECK(problem_of("machines[a].b", scenario).rfind("no list 'machines' (there are 'workloads', ", 0) == 0);
  CHECK(problem_of("latency_s.p95]", scenario) == "'latency_s.p95]' is not a path (its brackets do not match)");
  CHECK(problem_of("privacy[curios cloud/vision/mse].value", scenario) ==
        "no adversary 'curios cloud' (there are 'curious cloud', 'network observer'; what adversaries see is named "
        "ADVERSARY/WORKLOAD/METRIC/SCALE) did you mean 'curious cloud'?");
  CHECK(problem_of("privacy[curious cloud/vision/msse].value", scenario) ==
        "no metric 'msse' (coinfer list metrics shows them) did you mean 'mse'?");
  CHECK(problem_of("privacy[curious cloud/vision/task_accuracy].value", scenario)
            .rfind("metric 'task_accuracy' is no leakage", 0) == 0);
  CHECK(problem_of("privacy[curious cloud/vision/mse/per_elephant].value", scenario).rfind("no scale 'per_elephant'", 0) ==
        0);
  CHECK(problem_of("exposure_counts[curious cloud/vision/open].tensors", scenario).rfind("no protection 'open'", 0) == 0);
  CHECK(problem_of("privacy_ledger[phone].users", scenario).rfind("no source 'phone' (the scenario has none;", 0) == 0);
  CHECK(problem_of("privacy_floors[0].value", scenario) ==
        "no privacy floor '0' (they go by index, from 0, and there are 0)");
}

TEST_CASE("Leakage is the adversary's answer: a raw input outranks what was measured, and nothing seen keeps the bound") {
  // The raw image crosses: no mse of any cut stands for that.
  Scenario raw = library("gpz_vgg19_phone_5g", {"stop={requests: 5}", "workloads[vision].protocol=cloud_only",
                                                "workloads[vision].placement={stages{on:\"cloud.gpu\"}}"});
  Results const shown = run(raw);
  std::string const mse = "privacy[curious cloud/vision/mse].value";
  FigureValue const value = measure_figure(mse, raw, shown);
  CHECK_FALSE(value.value.has_value());
  CHECK(value.keeps == FigureValue::Keeps::none);
  CHECK_FALSE(value.absence.empty());
  CHECK(*measure_figure("exposure_counts[curious cloud/vision/clear].exposures", raw, shown).value ==
        10);  // five times on the link and at the cloud
  CHECK(*measure_figure("exposure_counts[curious cloud/vision/masked].exposures", raw, shown).value == 0);

  Scenario const local = library("gpz_vgg19_phone_5g", {"stop={requests: 5}", "workloads[vision].protocol=local_only",
                                                        "workloads[vision].placement={stages{on:\"phone.cpu\"}}"});
  Results const hidden = run(local);
  CHECK(measure_figure(mse, local, hidden).keeps == FigureValue::Keeps::at_least);
  CHECK(measure_figure("privacy[curious cloud/vision/ssim].value", local, hidden).keeps == FigureValue::Keeps::at_most);
}

TEST_CASE("Money is without what has no price, and says so") {
  Scenario const scenario = library("gpz_vgg19_phone_5g", {"stop={requests: 5}", "devices[cloud].price_usd_per_hour=3"});
  CHECK(measure_figure("cost_usd.value", scenario, run(scenario)).leaves_out ==
        "without the price of 'phone', which nobody gave");
  CHECK(measure_figure("bytes.up", scenario, run(scenario)).leaves_out.empty());
}

TEST_CASE("A run that does not keep up leaves what grows with its length unsettled, and nothing else") {
  Scenario const scenario = scenario_of("name: \"s\"\n" + device("phone") +
                                        workload("w", "phone", local + "arrivals { fixed_rate { rate_per_s: 1 } }\n") +
                                        "stop { requests: 300 }\n");
  Results const results = run(scenario);
  REQUIRE(results.saturation == Saturation::overloaded);
  FigureValue const latency = measure_figure("latency_s.mean", scenario, results);
  CHECK(latency.unsettled);
  CHECK_FALSE(latency.interval.has_value());
  CHECK(latency.no_interval == "the run is OVERLOADED (busiest is phone.cpu): the longer it goes on, the worse this is");
  CHECK(measure_figure("throughput_per_s", scenario, results).interval.has_value());
  CHECK_FALSE(measure_figure("bytes.up", scenario, results).unsettled);
}

}  // namespace coinfer
