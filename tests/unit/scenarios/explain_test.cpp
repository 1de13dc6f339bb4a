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
  CHECK(of.counted == 50);
  CHECK(of.latency_mean_s == Approx(2.028));
  REQUIRE(of.parts.size() == 3);
  CHECK(of.parts[0].part == "compute");
  CHECK(of.parts[0].mean_s == Approx(2));
  CHECK(of.parts[0].share == Approx(2 / 2.028));
  CHECK(of.parts[1].part == "propagation");
  CHECK(of.parts[1].tail_s == Approx(0.020));
  CHECK(of.parts[2].part == "wire");
  CHECK(of.parts[2].typical_s == Approx(0.008));
  CHECK(of.tail == 1);
  CHECK(of.typical == 5);
  CHECK(of.saturation == "STABLE");
  CHECK(*of.late_over_early == Approx(1));
  std::vector<std::string> const helps = what_would_help(of);
  REQUIRE(helps.size() == 3);
  CHECK(helps[0] == "a tenth off 'compute' takes at most 200 ms (9.86 %) off the mean directly");
  std::string const text = explanation_text(of);
  CHECK(has(text, "phone.cpu is asked for 20 % of what it can do: at most 5 times this load"));
  CHECK(has(text, "load: STABLE: nothing is asked for more than it can do"));
  CHECK(has(explanation_json(of), "\"late_over_early\": "));
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
  CHECK(has(told, "no queues at all would take"));
  CHECK(has(told, "the longest are those of phone.cpu"));
}

TEST_CASE("More devices behind one link are slower, and the difference is its queue") {
  Saved const few(behind_one_link(2, "0.04"), "few");
  Saved const many(behind_one_link(8, "0.04"), "many");
  Against const both = compare_explanations(explain(few.load()), explain(many.load()));
  double sum_s = 0;
  for (Change const& part : both.parts) sum_s += part.by_s();
  CHECK(sum_s == Approx(both.after.latency_mean_s - both.before.latency_mean_s));
  REQUIRE_FALSE(both.queues.empty());
  CHECK(both.parts.front().what == "queue");
  std::string const why = why_text(both);
  CHECK(why.starts_with("Slower by "));
  CHECK(has(why, "waiting in queues +"));
  CHECK(has(why, "(most of it at " + both.queues.front().what + ")"));
  CHECK(why_text(compare_explanations(explain(many.load()), explain(few.load()))).starts_with("Faster by "));
  CHECK(why_text(compare_explanations(explain(few.load()), explain(few.load()))) == "Both take the same time.");
  CHECK(has(against_text(both), "What was spent in queues, a request"));
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
