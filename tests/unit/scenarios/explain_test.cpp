#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "scenarios/explain/against.hpp"
#include "scenarios/explain/explanation.hpp"
#include "scenarios/explain/request_story.hpp"
#include "scenarios/report/report.hpp"
#include "scenarios/run/run.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

/// The results of a scenario in a folder that goes away with the test.
struct Saved {
  fs::path path;
  explicit Saved(std::string const& text, std::string const& name = "one")
      : path(fs::temp_directory_path() / ("coinfer_explain_test_" + std::to_string(getpid()) + "_" + name)) {
    fs::remove_all(path);
    Scenario const scenario = scenario_of(text);
    write_report(scenario, run(scenario), {}, path, false);
  }
  ~Saved() { fs::remove_all(path); }
  Saved(Saved const&) = delete;
  Saved& operator=(Saved const&) = delete;
  [[nodiscard]] SavedResults load() const { return load_results(path); }
};

/// Phones that share one link of 8 Mbit/s, first come first served, and send 4000 bytes each a second.
std::string behind_one_link(int phones, std::string const& bandwidth) {
  return "name: \"s\"\n" + device("phone", "count: " + std::to_string(phones)) + device("cloud", "count: 1") +
         "links { name: \"access\" from: \"phone\" to: \"cloud\" domain: \"network\" up_mbit_per_s: " + bandwidth +
         " latency_ms: 10 sharing: FIFO_ORDER }\n" +
         workload("w", "phone",
                  "protocol: \"plain_split\" placement { stages { on: \"phone\" until: \"a\" } stages { on: \"cloud\" } }\n"
                  "arrivals { closed_loop { users: " +
                      std::to_string(phones) + " } }\n") +
         "stop { requests: " + std::to_string(40 * phones) + " }\n";
}

std::string problem_of(SavedResults const& results, std::uint64_t request) {
  try {
    request_story(results, request, "");
  } catch (InputError const& error) {
    return error.what();
  }
  return "";
}

bool has(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("An explanation divides the mean latency as the rows do") {
  // 1 s on the phone, 1 s in the cloud, and each way 10 ms of latency and 4000 bytes at 1e6 bytes/s; nothing ever waits.
  Saved const saved(phone_and_cloud("stop { requests: 50 }\n"));
  Explanation const of = explain(saved.load());
  CHECK(of.latency.counted == 50);
  CHECK(of.latency.latency_mean_s == Approx(2.028));
  REQUIRE(of.latency.parts.size() == 3);
  CHECK(of.latency.parts[0].part == "compute");
  CHECK(of.latency.parts[0].mean_s == Approx(2));
  CHECK(of.latency.parts[0].share == Approx(2 / 2.028));
  CHECK(of.latency.parts[1].part == "propagation");
  CHECK(of.latency.parts[1].tail_s == Approx(0.020));
  CHECK(of.latency.parts[2].part == "wire");
  CHECK(of.latency.parts[2].typical_s == Approx(0.008));
  CHECK(of.latency.tail == 1);
  CHECK(of.latency.typical == 5);
  CHECK(of.saturation == "STABLE");
  CHECK(*of.late_over_early == Approx(1));
  std::vector<std::string> const helps = what_would_help(of);
  REQUIRE(helps.size() == 3);
  CHECK(helps[0] ==
        "a tenth off 'compute' takes about 200 ms (9.86 %) off the mean at an unchanged load; more where requests "
        "share what it is spent on");
  CHECK(helps[1] == "a tenth off 'propagation' takes about 2 ms (0.0986 %) off the mean at an unchanged load");
  std::string const text = explanation_text(of);
  CHECK(has(text, "phone.cpu is asked for 20 % of what it can do: at most 5 times this load"));
  CHECK(has(text, "load: STABLE: nothing is asked for more than it can do"));
  CHECK_FALSE(has(text, "bounds,"));
  CHECK_FALSE(has(text, "By workload"));
  std::string const json = explanation_json(of);
  CHECK(has(json, "\"late_over_early\": "));
  CHECK(has(json, "\"latency_p50_s\": 2.02"));
  CHECK(has(json, "\"latency_p99_s\": 2.02"));
}

TEST_CASE("An explanation says what makes the tail, and what an overload rests on") {
  // Requests come twice as fast as the phone serves them: the last of n waits n / 2 seconds.
  std::string const text = "name: \"s\"\n" + device("phone") +
                           workload("w", "phone", local + "arrivals { fixed_rate { rate_per_s: 1 } }\n") +
                           "stop { requests: 100 }\n";
  Saved const saved(text);
  Explanation const of = explain(saved.load());
  CHECK(of.saturation == "OVERLOADED");
  std::string const told = explanation_text(of);
  CHECK(has(told, "100 % of it 'queue'"));
  CHECK(has(told, "OVERLOADED: phone.cpu (200 %) is asked for more than it can do while requests keep coming"));
  CHECK(has(told, "it can take no more; the load would have to fall to 50 % of this"));
  CHECK(has(told, "waiting in queues is"));
  CHECK(has(told, "the longest are those of phone.cpu"));
}

TEST_CASE("An explanation says how requests ended, and queues are over those that completed") {
  // Requests of 2 s come each second, and after 51 s half of them have no answer.
  Saved const saved("name: \"s\"\n" + device("phone") +
                    workload("w", "phone", local + "arrivals { fixed_rate { rate_per_s: 1 } }\n") +
                    "stop { duration_s: 51 at_end: CUT }\n");
  SavedResults const results = saved.load();
  Explanation of = explain(results);
  std::uint64_t const completed = of.outcome(Outcome::completed);
  std::uint64_t const submitted = of.submitted();
  CHECK(completed == 25);
  CHECK(submitted == results.requests.rows.size());
  REQUIRE(completed < submitted);
  CHECK(has(explanation_text(of),
            std::to_string(submitted) + " requests: 25 completed, " + std::to_string(submitted - 25) + " unfinished\n"));
  REQUIRE(of.resources.size() == 1);
  double const waited_s = results.resources.front().mean_waiting * of.end_s;
  CHECK(of.resources.front().waiting_s_per_request == Approx(waited_s / 25));
  of.outcomes = {497, 1414, 1, 0, 0};
  of.latency.counted = 490;
  CHECK(outcomes_text(of) == "1912 requests: 497 completed (7 in the warm-up), 1414 rejected, 1 timed out");
  Saved const half("name: \"s\"\n" + device("phone") +
                       workload("w", "phone", local + "arrivals { fixed_rate { rate_per_s: 0.8 } }\n") +
                       "stop { requests: 20 }\n",
                   "half");
  // One resource and nobody lost: its queue is what 'queue' says.
  Explanation const whole = explain(half.load());
  REQUIRE(whole.latency.parts.size() == 2);
  REQUIRE(whole.latency.parts[0].part == "queue");
  CHECK(whole.resources.front().waiting_s_per_request == Approx(whole.latency.parts[0].mean_s));
}

TEST_CASE("Workloads are explained each by itself") {
  auto const text = [](std::string const& rate) {
    return "name: \"s\"\n" + device("phone") + device("pad") +
           workload("calm", "phone", local + "arrivals { fixed_rate { rate_per_s: " + rate + " } }\n") +
           workload("busy", "pad",
                    "protocol: \"local_only\" placement { stages { on: \"pad\" } }\n"
                    "arrivals { fixed_rate { rate_per_s: 1 } }\n") +
           "stop { duration_s: 50 }\n";
  };
  // Each takes 2 s; on the pad they come each second, so that the n-th (from 0) waits n seconds.
  Saved const saved(text("0.25"));
  SavedResults const results = saved.load();
  Explanation const all = explain(results);
  REQUIRE(all.workloads.size() == 2);
  WorkloadShare const& calm = all.workloads[all.workloads[0].workload == "calm" ? 0 : 1];
  WorkloadShare const& busy = all.workloads[all.workloads[0].workload == "calm" ? 1 : 0];
  CHECK(calm.latency.latency_mean_s == Approx(2));
  REQUIRE(calm.latency.parts.size() == 1);
  double const requests = static_cast<double>(busy.latency.counted);
  CHECK(busy.latency.latency_mean_s == Approx(2 + (requests - 1) / 2));
  CHECK(has(explanation_text(all), "By workload"));
  Explanation const one = explain(results, "busy");
  CHECK(one.latency.latency_mean_s == busy.latency.latency_mean_s);
  CHECK(one.submitted() == busy.latency.counted);
  CHECK(has(explanation_text(one), "s, workload 'busy'"));
  CHECK_THROWS_WITH(explain(results, "lazy"), Catch::Contains("no request is of workload 'lazy' (there are: "));
  Saved const slower(text("1"), "slower");
  // Now the phone's requests wait as the pad's do, and the pad's are as they were.
  Against const both = compare_explanations(all, explain(slower.load()));
  REQUIRE(both.workloads.size() == 2);
  for (WorkloadChange const& workload : both.workloads) {
    INFO(workload.latency.what);
    CHECK(workload.latency.by_s() == Approx(workload.latency.what == "calm" ? (requests - 1) / 2 : 0).margin(1e-9));
  }
  CHECK(has(against_text(both), "By workload"));
  CHECK(compare_explanations(one, explain(slower.load(), "busy")).workloads.empty());
}

TEST_CASE("A comparison says what makes its sentence doubtful") {
  Saved const many(phone_and_cloud("stop { requests: 50 }\n"), "many");
  Saved const few(phone_and_cloud("stop { requests: 1 }\n"), "few");
  CHECK(doubts(compare_explanations(explain(many.load()), explain(many.load()))).empty());
  Explanation other = explain(few.load());
  other.scenario = "t";
  Against const both = compare_explanations(explain(many.load()), other);
  std::vector<std::string> const told = doubts(both);
  REQUIRE(told.size() == 3);
  CHECK(told[0] == "the runs are of different scenarios, s and t: what else sets these apart may be the cause");
  CHECK(told[1] == "one run had 50 requests, the other 1: they are not the same ones");
  CHECK(told[2] == "the load after was not judged: too few requests, or too short a run");
  std::string const text = against_text(both);
  CHECK(text.find("With care:") < text.find("Both take the same time."));
  CHECK(has(text, "coinfer compare " + many.path.string() + " " + few.path.string()));
  std::string const json = against_json(both);
  CHECK(has(json, "\"saturation_before\": \"STABLE\""));
  CHECK(has(json, "\"saturation_after\": null"));
  CHECK(has(json, "\"offered_utilisation_before\": 0.2"));
  CHECK(has(json, "\"token_after_s\": null"));
  CHECK(has(json, "\"verdict_after\": \"not judged"));
}

namespace {

/// A run of a server whose groups divide so many machines, 99.8 % of the time at work, beside a link with nothing to do.
Explanation served(std::uint64_t machines, std::uint64_t replicas, double batch, double token_s, double latency_s) {
  Explanation of;
  of.scenario = "s";
  of.outcomes[static_cast<std::size_t>(Outcome::completed)] = 50;
  of.latency.counted = 50;
  of.latency.latency_mean_s = latency_s;
  of.latency.parts = {{"compute", latency_s, 1, latency_s, latency_s}};
  of.saturation = "STABLE";
  of.bottleneck = "cloud.gpu";
  of.resources = {{"cloud.gpu", "processor", machines, 0.998, std::nullopt, 78, 3},
                  {"access up", "link", 1, 0.00118, 0.00118, 0, 0},
                  {"server cloud.gpu", "server", replicas, 0.998, std::nullopt, 78, 0, batch, 0.1, token_s, 0.0185}};
  return of;
}

}  // namespace

TEST_CASE("Larger groups are blamed only where the machines are in them") {
  std::string const blame = "exchanges in an iteration takes longer than dividing the work saves";
  auto const why = [](Explanation const& before, Explanation const& after) {
    return why_text(compare_explanations(before, after));
  };
  std::string const larger = why(served(8, 1, 12, 0.1, 4), served(16, 1, 24, 0.5, 100));
  CHECK(has(larger, "cloud.gpu has 16 members instead of 8 and no more replicas of the server"));
  CHECK(has(larger, blame));
  // A second replica halves the batches: each token takes longer, and requests are faster.
  CHECK_FALSE(has(why(served(1, 1, 24, 0.1, 4), served(2, 2, 12, 0.2, 3)), blame));
  CHECK_FALSE(has(why(served(1, 1, 24, 0.1, 4), served(2, 2, 24, 0.2, 5)), blame));
  // Faster, or of smaller batches.
  CHECK_FALSE(has(why(served(8, 1, 24, 0.1, 4), served(16, 1, 24, 0.2, 3)), blame));
  CHECK_FALSE(has(why(served(8, 1, 24, 0.1, 4), served(16, 1, 12, 0.2, 5)), blame));
}

TEST_CASE("Beside a server that batches no multiple of the load is promised") {
  Explanation of = served(1, 1, 24, 0.1, 4);
  CHECK(has(explanation_text(of),
            "bottleneck: cloud.gpu works in batches; how much more load there could be is not known: server cloud.gpu "
            "decides, at work 99.8 % of the time with 78 waiting on average"));
  of.bottleneck = "access up";
  of.bottleneck_asked_for = 0.00118;
  std::string const text = explanation_text(of);
  CHECK(has(text, "access up is asked for 0.118 % of what it can do; how much more load there could be is not known"));
  CHECK(has(text, "its KV cache was at most 1.85 % full"));
  CHECK_FALSE(has(text, " times "));
}

TEST_CASE("More devices behind one link are slower, and the difference is its queue") {
  Saved const few(behind_one_link(2, "0.04"), "few");
  Saved const many(behind_one_link(8, "0.04"), "many");
  Against const both = compare_explanations(explain(few.load()), explain(many.load()));
  double sum_s = 0;
  for (Change const& part : both.parts) sum_s += part.by_s();
  CHECK(sum_s == Approx(both.after.latency.latency_mean_s - both.before.latency.latency_mean_s));
  REQUIRE_FALSE(both.queues.empty());
  CHECK(both.parts.front().what == "queue");
  std::string const why = why_text(both);
  CHECK(why.starts_with("Slower by "));
  CHECK(has(why, "waiting in queues +"));
  CHECK(has(why, "(most of it at " + both.queues.front().what + ")"));
  CHECK(why_text(compare_explanations(explain(many.load()), explain(few.load()))).starts_with("Faster by "));
  CHECK(why_text(compare_explanations(explain(few.load()), explain(few.load()))) == "Both take the same time.");
  CHECK(has(against_text(both), "What was spent in queues, a completed request"));
}

TEST_CASE("The life of a request adds up to its row") {
  Saved const saved(behind_one_link(8, "0.04"));
  SavedResults const results = saved.load();
  RequestStory const story = request_story(results, 100, "");
  double latency_s = 0;
  for (std::size_t part = 0; part < part_names.size(); ++part) {
    INFO(part_names[part].column);
    CHECK(story.parts_s[part] == Approx((*story.row.parts_s)[part]).epsilon(1e-12).margin(1e-15));
    latency_s += story.parts_s[part];
  }
  CHECK(latency_s == Approx(*story.row.latency_s));
  REQUIRE(story.tasks.size() == 4);
  CHECK(story.tasks[0].task == "compute");
  CHECK(story.tasks[0].where == "phone[" + results.requests.devices[story.row.device].substr(6) + ".cpu");
  CHECK(has(story.tasks[1].task, "send a"));
  CHECK(story.tasks[1].where.starts_with("access up"));
  CHECK(story.tasks[2].task == "compute output");
  CHECK(story.tasks[3].task == "send output");
  CHECK(story.tasks[3].end_s == *story.row.end_s);
  CHECK(story.tasks[0].ready_s == story.row.arrival_s);
  for (StoryTask const& task : story.tasks) CHECK(task.critical);
  CHECK(has(story_text(story), "Request 100 of workload 'w' on phone["));
  CHECK(has(story_json(story), "\"request_id\": 100"));
}

TEST_CASE("A request that cannot be explained is refused with the reason") {
  Saved const saved(phone_and_cloud("stop { duration_s: 11 at_end: CUT }\n"));
  SavedResults const results = saved.load();
  std::size_t const last = results.requests.rows.size() - 1;
  CHECK(has(problem_of(results, 99), ": no request 99: the last is " + std::to_string(last)));
  CHECK(has(problem_of(results, last), " did not complete (unfinished): there is no path to explain"));
  auto const change = [&](std::string const& name, std::string const& from, std::string const& to) {
    std::string text = read_file(saved.path / name);
    std::size_t const at = text.find(from);
    REQUIRE(at != std::string::npos);
    std::ofstream(saved.path / name, std::ios::binary) << text.replace(at, from.size(), to);
  };
  SECTION("another input") {
    change("manifest.json", "gflop_per_s: 0.002", "gflop_per_s: 0.004");
    CHECK(has(problem_of(saved.load(), 0), "simulated again, request 0 takes other times than requests.csv says"));
  }
  SECTION("an input that no longer loads") {
    change("manifest.json", "protocol: \\\"plain_split\\\"", "protocol: \\\"plain_spilt\\\"");
    CHECK(has(problem_of(saved.load(), 0), "its input cannot be loaded any more"));
  }
  SECTION("another version") {
    change("manifest.json", "\"coinfer_version\": \"", "\"coinfer_version\": \"9.");
    CHECK(has(problem_of(saved.load(), 0), "the run was made by coinfer 9."));
  }
}

}  // namespace coinfer
