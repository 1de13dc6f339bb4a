#include "scenarios/report/report.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "scenarios/report/privacy_text.hpp"
#include "scenarios/report/readable.hpp"
#include "scenarios/run/run.hpp"
#include "sim/base/csv_line.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

/// A folder that goes away with the test.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("coinfer_report_test_" + std::to_string(getpid()));
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;
};

bool has(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

std::string const header =
    "# schema_version: 2\nrequest_id,arrival_s,start_s,end_s,latency_s,outcome,workload,device,protocol,cut,attempts,"
    "warm_up,prompt_tokens,output_tokens,ttft_s,tpot_s,queue_s,compute_s,interference_s,enclave_s,crossing_s,paging_s,"
    "attestation_s,protect_s,crypto_s,serialise_s,wire_s,propagation_s\n";

}  // namespace

TEST_CASE("A CSV field is quoted where it holds a comma, a quote or a line end, and only there") {
  std::string out;
  CsvLine line(out);
  line.text("plain words").text("a,b").text("say \"x\"").text("two\nlines").text("").count(18446744073709551615u);
  line.number(0.1).number(std::optional<double>()).number(std::optional<double>(2));
  line.end();
  line.text("next").end();
  CHECK(out == "plain words,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",,18446744073709551615,0.1,,2\nnext\n");
}

TEST_CASE("requests.csv has a row a request, with empty fields for what did not happen") {
  Folder folder;
  fs::create_directory(folder.path);
  Scenario const scenario = scenario_of("name: \"s\"\n" + device("phone", "count: 2") +
                                        workload("w,1", "phone", local + "arrivals { closed_loop { users: 3 } }") +
                                        "stop { requests: 3 duration_s: 1 at_end: CUT }\n");
  Results results = run(scenario);
  REQUIRE(results.record.requests.size() == 3);
  results.record.requests[0].outcome = Outcome::completed;
  results.record.requests[0].end_s = 2;
  results.record.requests[0].parts_s = {0.5, 1.5, 0, 0, 0};
  write_requests_csv(scenario, results, folder.path / "requests.csv");
  CHECK(read_file(folder.path / "requests.csv") ==
        header +
            "0,0,0,2,2,completed,\"w,1\",phone[0],local_only,,1,false,,,,,0.5,1.5,0,0,0,0,0,0,0,0,0,0\n"
            "1,0,0,,,unfinished,\"w,1\",phone[1],local_only,,1,false,,,,,,,,,,,,,,,,\n"
            "2,0,,,,unfinished,\"w,1\",phone[0],local_only,,1,false,,,,,,,,,,,,,,,,\n");
}

TEST_CASE("requests.csv cannot go where nothing can be written") {
  Scenario const scenario = scenario_of(phone_and_cloud());
  CHECK_THROWS_WITH(write_requests_csv(scenario, Results{}, "/no/such/folder/requests.csv"),
                    "/no/such/folder/requests.csv: cannot be written");
}

TEST_CASE("A long requests.csv arrives whole") {
  Folder folder;
  fs::create_directory(folder.path);
  Scenario const scenario = scenario_of(phone_and_cloud());
  Results results;
  results.record.requests = RequestLog(std::vector<RequestRecord>(50000));
  write_requests_csv(scenario, results, folder.path / "requests.csv");
  std::string const text = read_file(folder.path / "requests.csv");
  CHECK(text.size() > std::size_t{2} << 20);
  CHECK(std::count(text.begin(), text.end(), '\n') == 50002);
  CHECK(has(text, "\n49999,0,,,,unfinished,w,phone,plain_split,a,1,false,,,,,,,,,,,,,,,,\n"));
}

TEST_CASE("A results folder is complete or not there, and replaced only when asked") {
  Folder folder;
  Scenario const scenario = scenario_of(phone_and_cloud());
  Results const results = run(scenario);
  write_report(scenario, results, {0.5, 10}, folder.path, false);
  std::vector<std::string> names;
  for (auto const& entry : fs::directory_iterator(folder.path)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"deployment.json", "exposures.csv", "ledger.csv", "manifest.json", "requests.csv",
                                          "resources.csv", "servers.csv", "summary.json", "timeline.csv"});
  CHECK(read_file(folder.path / "summary.json") == summary_json(scenario, results));
  CHECK(read_file(folder.path / "exposures.csv") == exposures_csv(results));
  CHECK(read_file(folder.path / "resources.csv") == resources_csv(results));
  CHECK_THROWS_AS(write_report(scenario, results, {}, folder.path, false), InputError);
  CHECK_NOTHROW(write_report(scenario, results, {}, folder.path, true));
}

TEST_CASE("The manifest holds the input, the versions, the engine with its options, and the grade of every number") {
  Scenario const scenario = scenario_of(phone_and_cloud("seed: 5 stop { requests: 3 }"));
  Results const results = run(scenario);
  std::string const manifest = manifest_json(scenario, results, {0.5, 12.25});
  CHECK(has(manifest, "\"schema_version\": 2"));
  CHECK(has(manifest, "\"seed\": 5"));
  CHECK(has(manifest, "\"kind\": \"fast\""));
  CHECK(has(manifest, "\"wall_s\": 0.5"));
  CHECK(has(manifest, "\"peak_memory_mib\": 12.25"));
  CHECK(has(manifest, "\"events_per_s\": " + std::to_string(2 * results.record.events)));
  CHECK(has(manifest, "\"simgrid_version\": \"3."));
  CHECK(has(manifest, "\"what\": \"device 'phone': processors[cpu].rates[0].gflop_per_s\""));
  CHECK(has(manifest, "\"grade\": \"ASSUMED\""));
  CHECK(has(manifest, "name: \\\"s\\\""));
  CHECK(has(manifest_json(scenario, results, {0, 0}), "\"events_per_s\": null"));
}

TEST_CASE("Only the manifest holds what differs between two runs: the rest is the same text") {
  Scenario const scenario = scenario_of(phone_and_cloud());
  Results const first = run(scenario);
  Results const second = run(scenario);
  CHECK(summary_json(scenario, first) == summary_json(scenario, second));
  CHECK(exposures_csv(first) == exposures_csv(second));
  CHECK(resources_csv(first) == resources_csv(second));
}

TEST_CASE("A value that is absent is null in JSON, with its reason") {
  Scenario const scenario = scenario_of(phone_and_cloud());
  std::string const summary = summary_json(scenario, run(scenario));
  CHECK(has(summary, "\"value\": null,\n    \"reason\": \"not measured: power of phone.cpu, power of cloud.cpu, "));
  CHECK(has(summary, "\"reason\": \"nothing in this scenario has a price\""));
  CHECK(has(summary, "\"mean_ci95\": null"));
}

TEST_CASE("Scores are told by adversary, with each citation once") {
  Scenario scenario = scenario_of(
      phone_and_cloud("adversaries { name: \"eve\" domains: \"network\" knowledge: BLACK_BOX }\nstop { requests: 3 }\n"));
  Results results = run(scenario);
  PrivacyScore score = results.privacy.front();
  score.status = ScoreStatus::measured;
  score.metric = "mse";
  score.scale = "s";
  score.value = 0.0661;
  score.attack = "inversion";
  score.citation = "somebody, 2025";
  score.grade = Grade::secondary;
  results.privacy = {score, score};
  results.privacy[1].metric = "ssim";
  results.privacy[1].attack = "any";
  CHECK(has(privacy_text(scenario, results),
            "      mse           0.0661 (s), by inversion on 'a', seen 3 times [1]\n"
            "      ssim          0.0661 (s), whatever the attack, on 'a', seen 3 times [1]\n"
            "  [1] SECONDARY, somebody, 2025\n"));
  scenario.adversaries.clear();
  CHECK(privacy_text(scenario, results).empty());
}

TEST_CASE("Numbers for people have few digits and a unit that fits") {
  CHECK(readable_number(0.06614) == "0.0661");
  CHECK(readable_number(123456) == "123456");
  CHECK(readable_duration(0.03566, 4) == "35.66 ms");
  CHECK(readable_duration(1.2615) == "1.26 s");
  CHECK(readable_size(0) == "0");
  CHECK(readable_size(40) == "40 B");
  CHECK(readable_size(131072) == "131 kB");
  CHECK(readable_size(1.124e9) == "1.12 GB");
}

TEST_CASE("The answer says what it costs, what it leaks and what it rests on") {
  Scenario const scenario =
      scenario_of(phone_and_cloud("question: \"What does it cost?\"\n"
                                  "adversaries { name: \"eve\" domains: \"network\" knowledge: BLACK_BOX }\n"
                                  "stop { requests: 3 }\n"));
  std::string const answer = answer_text(scenario, run(scenario));
  CHECK(answer.rfind("s\nWhat does it cost?\n\nWhat runs\n  w             m by plain_split, 'a' crosses\n\nWhat it costs\n",
                     0) == 0);
  CHECK(has(answer, "3 submitted, 3 completed"));
  CHECK(has(answer, "too short a run to judge, busiest is phone.cpu (20 % asked for)"));
  CHECK(has(answer,
            "What it leaks, beside what it costs\n  eve (black box; sees network)\n"
            "    workload 'w' by plain_split, 'a' crosses: p95 2.028 s, 4 kB up and 4 kB down a request\n"
            "      saw clear     6 times, of 3 requests of phone\n"
            "      not measured  the workload names no data set; 'a' seen 3 times\n"));
  CHECK(has(answer, "What it rests on\n"));
  CHECK(has(answer, "ASSUMED"));
  CHECK(has(answer, "launch cost unknown, counted as none"));
}

}  // namespace coinfer
