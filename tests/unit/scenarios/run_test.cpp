#include "scenarios/run/run.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

RunRecord record_of(std::string const& text) { return run(scenario_of(text)).record; }

std::vector<double> arrivals_of(RunRecord const& record) {
  std::vector<double> times_s;
  for (RequestRecord const& request : record.requests) times_s.push_back(request.arrival_s);
  return times_s;
}

std::uint64_t completed(RunRecord const& record) {
  std::uint64_t count = 0;
  for (RequestRecord const& request : record.requests) count += request.outcome == Outcome::completed ? 1 : 0;
  return count;
}

std::string phone_alone(std::string const& arrivals, std::string const& stop, std::string const& more = "") {
  return "name: \"s\"\n" + device("phone", more) + workload("w", "phone", local + "arrivals { " + arrivals + " }") +
         "stop { " + stop + " }\n";
}

/// What becomes of a trace with requests at 0, 1 and 4 s.
RunRecord replayed(std::string const& stop) {
  std::filesystem::path const file =
      std::filesystem::temp_directory_path() / ("coinfer_run_test_" + std::to_string(getpid()) + ".csv");
  std::ofstream(file) << "arrival_s\n10\n11\n14\n";
  Scenario const scenario = scenario_of(phone_alone("replay { path: \"" + file.string() + "\" }", stop));
  std::filesystem::remove(file);
  return run(scenario).record;
}

}  // namespace

TEST_CASE("A run of a given duration lasts that long, whether its end is quiet or not and drained or cut") {
  std::string const rare = "fixed_rate { rate_per_s: 0.3 }";
  CHECK(record_of(phone_alone(rare, "duration_s: 13")).end_s == 13);
  CHECK(record_of(phone_alone(rare, "duration_s: 13 at_end: CUT")).end_s == 13);
}

TEST_CASE("Waiting users saturate their own device, and do not overload it for an open workload elsewhere") {
  std::string const text = "name: \"s\"\n" + device("lab") + device("phone") +
                           workload("closed", "lab",
                                    "protocol: \"local_only\" placement { stages { on: \"lab\" } } "
                                    "arrivals { closed_loop { users: 3 } }") +
                           workload("open", "phone", local + "arrivals { fixed_rate { rate_per_s: 0.2 } }") +
                           "stop { duration_s: 200 }\n";
  CHECK(run(scenario_of(text)).saturation == Saturation::saturated);
}

TEST_CASE("A server that keeps up with evenly spaced arrivals is not called overloaded for the gap they lack") {
  std::filesystem::path const file =
      std::filesystem::temp_directory_path() / ("coinfer_even_" + std::to_string(getpid()) + ".csv");
  std::ofstream trace(file);
  trace << "arrival_s\n";
  for (int i = 0; i < 40; ++i) trace << 2.01 * i << "\n";
  trace.close();
  Results const results = run(scenario_of(phone_alone("replay { path: \"" + file.string() + "\" }", "requests: 100")));
  std::filesystem::remove(file);
  CHECK(results.saturation == Saturation::stable);
  CHECK(results.resources.front().offered_utilisation == Approx(2 / 2.01).epsilon(1e-9));
}

TEST_CASE("A run with drain lets every request end, one with cut ends at its date or its last arrival") {
  std::string const fixed = "fixed_rate { rate_per_s: 1 }";  // services take 2 s
  RunRecord const drained = record_of(phone_alone(fixed, "requests: 3"));
  CHECK(completed(drained) == 3);
  CHECK(drained.end_s == Approx(7).epsilon(1e-12));
  RunRecord const at_last = record_of(phone_alone(fixed, "requests: 3 at_end: CUT"));
  CHECK(completed(at_last) == 1);
  CHECK(at_last.end_s == 3);
  RunRecord const at_date = record_of(phone_alone(fixed, "duration_s: 5.5 at_end: CUT"));
  CHECK(arrivals_of(at_date) == std::vector<double>{1, 2, 3, 4, 5});
  CHECK(completed(at_date) == 2);
  CHECK(at_date.end_s == 5.5);
  RunRecord const by_date = record_of(phone_alone(fixed, "duration_s: 5.5"));
  CHECK(completed(by_date) == 5);
  CHECK(by_date.end_s == Approx(11).epsilon(1e-12));
}

TEST_CASE("A run ends with its last request, not with arrivals that no longer count") {
  RunRecord const record = record_of(
      "name: \"s\"\n" + device("phone") + workload("often", "phone", local + "arrivals { fixed_rate { rate_per_s: 1 } }") +
      workload("seldom", "phone", local + "arrivals { fixed_rate { rate_per_s: 0.001 } }") + "stop { requests: 2 }\n");
  CHECK(record.end_s == Approx(5).epsilon(1e-12));
}

TEST_CASE("A recorded trace ends a run by itself, drained or cut") {
  RunRecord const drained = replayed("");
  CHECK(arrivals_of(drained) == std::vector<double>{0, 1, 4});
  CHECK(completed(drained) == 3);
  CHECK(drained.end_s == Approx(6).epsilon(1e-12));
  RunRecord const cut = replayed("at_end: CUT");
  CHECK(completed(cut) == 2);
  CHECK(cut.end_s == 4);
}

TEST_CASE("A closed loop keeps its users busy: each thinks, sends, waits, and thinks again") {
  RunRecord const record =
      record_of(phone_alone("closed_loop { users: 2 think_s { constant { value: 1 } } }", "requests: 5", "count: 2"));
  CHECK(arrivals_of(record) == std::vector<double>{1, 1, 4, 4, 7});
  CHECK(record.requests[0].member == 0);
  CHECK(record.requests[1].member == 1);
  CHECK(record.requests[3].member == 1);
}

TEST_CASE("Requests of an open workload come from members drawn evenly from the fleet") {
  RunRecord const record =
      record_of(phone_alone("fixed_rate { rate_per_s: 1000 }", "requests: 3000 at_end: CUT", "count: 3"));
  std::array<int, 3> requests{};
  for (RequestRecord const& request : record.requests) ++requests.at(request.member);
  // 1000 each, with a standard deviation of 26.
  for (int const count : requests) CHECK(std::abs(count - 1000) < 110);
}

TEST_CASE("A request that never began has no start, one that began has one though it did not end") {
  RunRecord const record = record_of(phone_alone("fixed_rate { rate_per_s: 1 }", "requests: 2 at_end: CUT"));
  CHECK(record.requests[0].start_s == 1);
  CHECK(record.requests[0].end_s < 0);
  CHECK(record.requests[1].start_s < 0);
  CHECK(record.requests[1].outcome == Outcome::unfinished);
}

TEST_CASE("Warm-up is by time, by number, or both") {
  auto const warm = [](std::string const& stop) {
    std::string marks;
    for (RequestRecord const& r : record_of(phone_alone("fixed_rate { rate_per_s: 1 }", stop)).requests) {
      marks += r.warm_up ? 'w' : '.';
    }
    return marks;
  };
  CHECK(warm("requests: 4") == "....");
  CHECK(warm("requests: 4 warm_up_s: 3") == "ww..");
  CHECK(warm("requests: 4 warm_up_requests: 1") == "w...");
  CHECK(warm("requests: 4 warm_up_requests: 3 warm_up_s: 2") == "www.");
}

TEST_CASE("A fleet that serves another is split among its members: member m serves member m modulo count") {
  RunRecord const record =
      record_of("name: \"s\"\nswitches: \"ap\"\n" + device("phone", "count: 4") + device("cloud", "count: 2") +
                link("a", "phone", "ap", "private: true") + link("b", "ap", "cloud") +
                workload("w", "phone", split + "arrivals { closed_loop { users: 4 } }") + "stop { requests: 4 }\n");
  REQUIRE(record.processors.size() == 2);
  CHECK(record.processors[0].members_used == 4);
  CHECK(record.processors[1].members_used == 2);
  CHECK(record.processors[1].served == 4);
}

TEST_CASE("SimGrid is needed by the plain engine alone, and only where a transfer crosses a fair link") {
  auto const behind_one = [](std::string const& engine, std::string const& sharing) {
    return may_need_simgrid(scenario_of("name: \"s\"\nswitches: \"ap\"\n" + device("phone", "count: 2") + device("cloud") +
                                        link("access", "phone", "ap", "private: true sharing: FIFO_ORDER") +
                                        link("wan", "ap", "cloud", sharing) + workload("w", "phone", split + each_5_s) +
                                        engine + "stop { requests: 3 }\n"));
  };
  CHECK_FALSE(behind_one("", ""));
  CHECK(behind_one("engine: PLAIN ", ""));
  CHECK_FALSE(behind_one("engine: PLAIN ", "sharing: FIFO_ORDER"));
}

TEST_CASE("A record crosses a process boundary unchanged") {
  RunRecord const record = record_of(phone_and_cloud());
  RunRecord const copy = unpack(pack(record));
  REQUIRE(copy.requests.size() == 3);
  CHECK(copy.requests[2].arrival_s == record.requests[2].arrival_s);
  CHECK(copy.requests[2].parts_s == record.requests[2].parts_s);
  CHECK(copy.processors[1].busy_s == record.processors[1].busy_s);
  CHECK(copy.pipes[0].bytes == 12000);
  CHECK(copy.task_starts == record.task_starts);
  CHECK(copy.end_s == record.end_s);
  CHECK(copy.last_arrival_s == 15);
  CHECK(copy.events == record.events);
}

TEST_CASE("Outcomes have the words of the reports") {
  std::string words;
  for (std::size_t i = 0; i < outcome_count; ++i) words += std::string(to_string(static_cast<Outcome>(i))) + " ";
  CHECK(words == "completed rejected timed_out failed unfinished ");
}

}  // namespace coinfer
