#include "scenarios/frontier/frontier.hpp"

#include <catch2/catch.hpp>

#include "scenarios/frontier/frontier_report.hpp"
#include "scenarios/frontier/moved_cut.hpp"
#include "scenarios/run/run.hpp"
#include "sim/base/errors.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

FrontierQuestion question_of(std::string text, std::vector<std::string> cuts = {}) {
  return {"s", std::move(text), {}, "", std::move(cuts), {}};
}

std::string const eve = "adversaries { name: \"eve\" domains: \"cloud owner\" knowledge: BLACK_BOX }\n";

/// VGG-19 on a phone of 1 Tflop/s and a cloud; a request a second.
std::string vision(std::string const& more = eve) {
  std::string const rates = " processors { name: \"cpu\" kind: CPU rates { type: FP32 gflop_per_s: 1000 } } }\n";
  return "name: \"v\"\ndevices { name: \"phone\" domain: \"user\"" + rates +
         "devices { name: \"cloud\" domain: \"cloud owner\"" + rates + link("access", "phone", "cloud") +
         "workloads { name: \"vision\" model: \"vgg19_bn_64px\" dataset: \"cifar10\" source: \"phone\"\n"
         "  arrivals { fixed_rate { rate_per_s: 1 } } protocol: \"plain_split\"\n"
         "  placement { stages { on: \"phone\" until: \"block 30\" } stages { on: \"cloud\" } } }\n"
         "stop { requests: 50 }\n" +
         more;
}

std::string reason_of(std::string const& text, std::string const& workload = "") {
  FrontierQuestion question = question_of(text);
  question.workload = workload;
  try {
    static_cast<void>(find_frontier(question, catalog()));
  } catch (InputError const& error) {
    return error.what();
  }
  return "accepted";
}

/// A cut that ran, with one answer.
FrontierCut cut(double p95_s, double bytes, LeakageAnswer answer) {
  FrontierCut made;
  made.latency_p95_s = p95_s;
  made.up_bytes = bytes;
  made.down_bytes = 0;
  made.answers = {std::move(answer)};
  return made;
}

LeakageAnswer mse(double value) {
  LeakageAnswer answer;
  answer.status = ScoreStatus::measured;
  answer.value = value;
  return answer;
}

LeakageAnswer status(ScoreStatus of) {
  LeakageAnswer answer;
  answer.status = of;
  return answer;
}

std::vector<bool> marks(Frontier frontier) {
  mark_pareto_optimal(frontier);
  std::vector<bool> optimal;
  for (FrontierCut const& one : frontier.cuts) optimal.push_back(!one.answers.empty() && one.answers[0].pareto_optimal);
  return optimal;
}

Frontier of(std::vector<FrontierCut> cuts, std::string const& metric = "mse") {
  Frontier frontier;
  frontier.questions = {{"eve", metric, "s", compares_across_cuts(metric)}};
  frontier.cuts = std::move(cuts);
  return frontier;
}

}  // namespace

TEST_CASE("Cuts are compared by latency, bytes and the metric in its own direction") {
  // A larger error is more private: the second costs more than the first and hides more, the third costs more for less.
  std::vector<FrontierCut> const cuts = {cut(1, 10, mse(0.1)), cut(2, 10, mse(0.5)), cut(3, 10, mse(0.4)),
                                         cut(3, 5, mse(0.1))};
  CHECK(marks(of(cuts)) == std::vector<bool>{true, true, false, true});
  // By similarity, where less is more private, the first beats the second and the third.
  CHECK(marks(of(cuts, "ssim")) == std::vector<bool>{true, false, false, true});
  // Without the bytes of one cut nothing is compared by bytes.
  std::vector<FrontierCut> unknown = cuts;
  unknown[0].up_bytes.reset();
  CHECK(marks(of(unknown)) == std::vector<bool>{true, true, false, false});
}

TEST_CASE("Energy is compared where every cut has it") {
  std::vector<FrontierCut> cuts = {cut(1, 1, mse(0.2)), cut(2, 1, mse(0.2))};
  cuts[0].energy_j.value = 9;
  CHECK(marks(of(cuts)) == std::vector<bool>{true, false});
  cuts[1].energy_j.value = 3;
  CHECK(marks(of(cuts)) == std::vector<bool>{true, true});
}

TEST_CASE("Equal cuts are optimal together") {
  CHECK(marks(of({cut(1, 1, mse(0.2)), cut(1, 1, mse(0.2)), cut(1, 1, mse(0.1))})) == std::vector<bool>{true, true, false});
}

TEST_CASE("A cut that is not measured is never optimal and beats none, the raw input is worst, nothing seen is best") {
  CHECK(marks(of({cut(0.1, 1, status(ScoreStatus::not_measured)), cut(1, 1, mse(0.2)),
                  cut(2, 1, status(ScoreStatus::raw_input)), cut(9, 1, status(ScoreStatus::nothing_seen)),
                  cut(9, 1, status(ScoreStatus::raw_output))})) == std::vector<bool>{false, true, false, true, false});
  CHECK(marks(of({cut(0.5, 1, status(ScoreStatus::raw_input)), cut(1, 1, mse(0.2)),
                  cut(1, 1, status(ScoreStatus::ciphertext_only))})) == std::vector<bool>{true, false, true});
}

TEST_CASE("A cut that is overloaded or could not run takes no part, and R_c^2 marks none") {
  FrontierCut overloaded = cut(1, 1, mse(0.9));
  overloaded.load = Saturation::overloaded;
  FrontierCut failed;
  failed.failure = "it does not fit";
  CHECK(marks(of({overloaded, failed, cut(2, 1, mse(0.2))})) == std::vector<bool>{false, false, true});
  CHECK(marks(of({cut(1, 1, mse(0.2))}, "rc2")) == std::vector<bool>{false});
}

TEST_CASE("Every cut of a model is run as the scenario with that cut set is") {
  FrontierQuestion const question = question_of(vision(), {"input", "block 13", "block30", "fc3"});
  std::vector<std::string> heard;
  Frontier const frontier =
      find_frontier(question, catalog(), [&](std::size_t done, std::size_t total, std::string const& of) {
        heard.push_back(std::to_string(done) + "/" + std::to_string(total) + " " + of);
      });
  CHECK(heard == std::vector<std::string>{"0/4 input", "1/4 block13", "2/4 block30", "3/4 fc3", "4/4 "});
  REQUIRE(frontier.cuts.size() == 4);
  REQUIRE(frontier.questions.size() == 1);
  CHECK(frontier.questions[0].metric == "mse");
  std::vector<std::vector<std::string>> const settings = {
      {"workloads[vision].placement={stages{on:\"cloud\"}}", "workloads[vision].protocol=cloud_only"},
      {"workloads[vision].placement.stages[0].until=block 13"},
      {},
      {"workloads[vision].placement={stages{on:\"phone\"}}", "workloads[vision].protocol=local_only"}};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    Scenario const alone = scenario_of(vision(), {settings[i], {}});
    Results const results = run(alone);
    FrontierCut const& found = frontier.cuts[i];
    INFO(found.name);
    CHECK(found.protocol == alone.workloads[0].protocol);
    CHECK(found.latency_mean_s == results.workloads[0].latency_s->mean);
    CHECK(found.latency_p95_s == results.workloads[0].latency_s->p95);
    CHECK(found.up_bytes == *results.workloads[0].bytes_up / 50);
    CHECK(found.answers[0].value == results.privacy[0].value);
    CHECK(found.answers[0].status == results.privacy[0].status);
  }
  CHECK(frontier.cuts[2].own);
  CHECK(frontier.cuts[2].answers[0].value == 0.066);
  CHECK(frontier.cuts[0].answers[0].status == ScoreStatus::raw_input);
  CHECK(frontier.cuts[1].answers[0].status == ScoreStatus::not_measured);
  CHECK(frontier.cuts[3].answers[0].status == ScoreStatus::nothing_seen);
}

TEST_CASE("Cuts are chosen by names, aliases and wildcards, and left out by a mark in front") {
  Diagnostics diagnostics;
  auto const read = read_scenario_text("s", vision(), {}, diagnostics);
  auto const movable = find_movable_cut(*read, "", catalog(), diagnostics);
  REQUIRE(movable.has_value());
  CHECK(movable->own == "block30");
  auto const names = [&](std::vector<std::string> const& wanted) {
    std::string all;
    for (CutChoice const& choice : chosen_cuts(*movable, wanted)) all += choice.name + " ";
    return all;
  };
  CHECK(names({"fc1", "block 3", "input"}) == "input block3 fc1 ");
  CHECK(names({"fc?", "!fc2"}) == "fc1 fc3 ");
  CHECK(names({"!block*", "!fc*"}) == "input flatten ");
  CHECK(chosen_cuts(*movable, {"all"}).size() == movable->choices.size());
  CHECK_THROWS_WITH(chosen_cuts(*movable, {"fc1", "!fc*"}), "--cuts: no cut is left");
  CHECK_THROWS_WITH(chosen_cuts(*movable, {"!conv"}), Catch::StartsWith("--cuts: model 'vgg19_bn_64px' has no cut 'conv'"));
}

TEST_CASE("A cut that cannot run is a row with its reason, in the text and in the table") {
  // Everything on the phone needs 172.6 MiB; the first 30 blocks need far less.
  std::string text = vision();
  text.insert(text.find("domain: \"user\""), "memory_gib: 0.1 ");
  Frontier const frontier = find_frontier(question_of(text, {"block30", "fc3"}), catalog());
  CHECK(frontier.cuts[0].failure.empty());
  CHECK(frontier.cuts[1].failure.rfind("the layers on 'phone' do not fit its memory (", 0) == 0);
  CHECK(frontier_text(frontier).find("cannot run: the layers on 'phone' do not fit") != std::string::npos);
  std::string const csv = frontier_csv(frontier);
  CHECK(csv.rfind("# schema_version: 2\nscenario,workload,", 0) == 0);
  std::string const last = csv.substr(csv.find("\nv,vision", csv.find("block30")) + 1);
  std::string const commas(23, ',');
  CHECK(last.rfind("v,vision,vgg19_bn_64px,cifar10,61,fc3,", 0) == 0);
  CHECK(last.substr(last.size() - 24) == commas + "\n");
}

TEST_CASE("What cannot be asked is said, with its place") {
  CHECK(reason_of(vision("")) == "s: the scenario has no adversary (leakage is always to somebody)");
  std::string const local_text =
      "name: \"s\"\n" + device("phone") + workload("w", "phone", local + each_5_s) + "stop { requests: 3 }\n";
  CHECK(reason_of(local_text)
            .find("the cut of protocol 'local_only' cannot be moved (of the protocols only 'plain_split' "
                  "runs at any cut)") != std::string::npos);
  CHECK(reason_of(vision(), "audio") == "s:5:1: no workload 'audio'");
  CHECK(reason_of(vision(), "visio") == "s:5:1: no workload 'visio' did you mean 'vision'?");
  std::string const named =
      "protocol: \"plain_split\" placement { stages { on: \"phone\" layers: \"a\" } stages { on: "
      "\"cloud\" } }\n";
  CHECK(reason_of("name: \"s\"\n" + device("phone") + device("cloud") + link("access", "phone", "cloud") +
                  workload("w", "phone", named + each_5_s) + eve + "stop { requests: 3 }\n")
            .find("the first stage has no 'until' (layers that are named one by one have no cut that could be moved)") !=
        std::string::npos);
  FrontierQuestion odd = question_of(vision(), {"block99"});
  CHECK_THROWS_WITH(find_frontier(odd, catalog()), Catch::Contains("--cuts: model 'vgg19_bn_64px' has no cut 'block99'"));
  odd = question_of(vision());
  odd.metrics = {"msee"};
  CHECK_THROWS_WITH(find_frontier(odd, catalog()), "--metric: no metric 'msee' did you mean 'mse'?");
  odd.metrics = {"task_accuracy"};
  CHECK_THROWS_WITH(find_frontier(odd, catalog()), "--metric: 'task_accuracy' measures utility, not leakage");
}

}  // namespace coinfer
