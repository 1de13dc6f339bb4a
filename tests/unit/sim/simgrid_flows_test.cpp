#include "sim/kernel/simgrid_flows.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "sim/base/errors.hpp"
#include "sim/kernel/child_process.hpp"

namespace coinfer {
namespace {

constexpr double never_s = std::numeric_limits<double>::infinity();

/// A kernel made of callbacks: actions at dates, and a record of the ends of flows.
class ScriptedKernel final : public SimgridFlows::Host, public FlowSink {
 public:
  explicit ScriptedKernel(std::vector<double> const& bandwidths_bytes_per_s)
      : flows(bandwidths_bytes_per_s, *this, *this) {}

  void at(double date_s, std::function<void()> action) { script_.emplace(date_s, std::move(action)); }
  /// Starts a flow at a date of the script.
  void start_at(double date_s, std::uint32_t flow, std::vector<std::uint32_t> const& links, double bytes) {
    at(date_s, [=, this] { flows.start(flow, links, bytes, date_s); });
  }
  void set_at(double date_s, std::uint32_t link, double bytes_per_s) {
    at(date_s, [=, this] { flows.set_bandwidth(link, bytes_per_s, date_s); });
  }
  /// Own events are handled by the kernel itself while no flow is in flight.
  void run(double until_s = never_s) {
    while (true) {
      flows.run(until_s);
      if (next_event_s() > until_s || script_.empty() || flows.active() > 0) return;
      handle_events(next_event_s());
    }
  }

  [[nodiscard]] double next_event_s() const override { return script_.empty() ? never_s : script_.begin()->first; }
  void handle_events(double date_s) override {
    while (!script_.empty() && script_.begin()->first == date_s) {
      auto const action = std::move(script_.begin()->second);
      script_.erase(script_.begin());
      log.push_back("own");
      action();
    }
  }
  void flow_ended(std::uint32_t flow, double now_s) override {
    log.push_back("flow " + std::to_string(flow));
    end_s[flow] = now_s;
    if (on_end) on_end(flow, now_s);
  }

  SimgridFlows flows;
  std::map<std::uint32_t, double> end_s;
  std::vector<std::string> log;
  std::function<void(std::uint32_t, double)> on_end;
  bool stop = false;
  [[nodiscard]] bool stopped() const override { return stop; }

 private:
  std::multimap<double, std::function<void()>> script_;
};

std::string to_bytes(std::vector<double> const& values) {
  std::string bytes(values.size() * sizeof(double), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::vector<double> to_values(std::string const& bytes) {
  std::vector<double> values(bytes.size() / sizeof(double));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// The ends of flows 0, 1, ... of a script, computed in a process of its own.
std::vector<double> ends_of(std::vector<double> const& bandwidths, std::function<void(ScriptedKernel&)> const& script) {
  return to_values(run_in_child([&] {
    ScriptedKernel kernel(bandwidths);
    script(kernel);
    kernel.run();
    std::vector<double> ends;
    for (auto const& [flow, end_s] : kernel.end_s) ends.push_back(end_s);
    return to_bytes(ends);
  }));
}

void require_close(std::vector<double> const& got, std::vector<double> const& expected) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("flow " << i);
    REQUIRE(got[i] == Approx(expected[i]).epsilon(1e-9).margin(0));
  }
}

double spacing_s(double date_s) { return std::nextafter(date_s, never_s) - date_s; }

}  // namespace

TEST_CASE("A flow alone takes bytes over bandwidth for any size, bandwidth and date of start") {
  std::string const failures = run_in_child([] {
    std::vector<double> bandwidths;
    for (double bandwidth = 1e3; bandwidth < 2e11; bandwidth *= 10) bandwidths.push_back(bandwidth / 3 * 3.1);
    ScriptedKernel kernel(bandwidths);
    std::string wrong;
    std::uint32_t flow = 0;
    double now_s = 0;
    for (double gap_s : {0.0, 1e-6, 1.0, 12345.678, 1e6}) {
      for (double bytes = 1; bytes < 2e12; bytes *= 10) {
        for (std::uint32_t link = 0; link < bandwidths.size(); ++link) {
          double const start_s = now_s + gap_s;
          double const fraction = bytes * 1.37;
          kernel.flows.start(flow, std::vector<std::uint32_t>{link}, fraction, start_s);
          kernel.run();
          now_s = kernel.end_s.at(flow++);
          double const duration_s = fraction / bandwidths[link];
          if (std::abs(now_s - (start_s + duration_s)) > 1e-9 * duration_s + 4 * spacing_s(now_s)) {
            wrong += std::to_string(fraction) + " B over " + std::to_string(bandwidths[link]) + " B/s\n";
          }
        }
        if (now_s > 1e6) now_s = std::fmod(now_s, 1.0) + now_s;
      }
    }
    return wrong + std::to_string(flow) + " flows";
  });
  REQUIRE(failures == "585 flows");
}

TEST_CASE("A short flow keeps its duration beside a flow that ends at almost the same time") {
  // A fixed tolerance on dates, such as SimGrid's default of 1e-9 s, would end the longer one early.
  auto const ends = ends_of({1e11, 1e11}, [](ScriptedKernel& kernel) {
    kernel.start_at(0, 0, {0}, 1.0);
    kernel.start_at(0, 1, {1}, 1.5);
  });
  require_close(ends, {1e-11, 1.5e-11});
}

TEST_CASE("The reference transfers take exactly bytes over bandwidth once latency is paid elsewhere") {
  require_close(ends_of({100e6}, [](ScriptedKernel& kernel) { kernel.start_at(0, 0, {0}, 1e6); }), {0.0100});
  require_close(ends_of({200e3}, [](ScriptedKernel& kernel) { kernel.start_at(0, 0, {0}, 1.6e6); }), {8.0});
  require_close(ends_of({125e6}, [](ScriptedKernel& kernel) { kernel.start_at(0, 0, {0}, 100e6); }), {0.8});
}

TEST_CASE("Two flows on one link share it equally whatever was waited before they started") {
  // Latencies of 1 ms and 100 ms, paid as delays: 3.902 s and 4.001 s when the second flow still has 0.099 MB to go.
  auto const ends = ends_of({1e6}, [](ScriptedKernel& kernel) {
    kernel.start_at(0.001, 0, {0}, 2e6);
    kernel.start_at(0.100, 1, {0}, 2e6);
  });
  require_close(ends, {0.001 + 0.099 + 2 * 1.901, 0.001 + 4.0});
}

TEST_CASE("Flows over different access links share the common link max-min") {
  // Link A: 1 MB/s, link B: 3 MB/s. Flow 0 crosses both, flow 1 only A, flow 2 only B: 0.5, 0.5 and 2.5 MB/s.
  auto const ends = ends_of({1e6, 3e6}, [](ScriptedKernel& kernel) {
    kernel.start_at(0, 0, {0, 1}, 1e6);
    kernel.start_at(0, 1, {0}, 2e6);
    kernel.start_at(0, 2, {1}, 10e6);
  });
  // At 2 s flows 0 and 1 have moved 1 MB each; flow 1 goes on at 1 MB/s, flow 2 has 5 MB left at 3 MB/s.
  require_close(ends, {2.0, 3.0, 2.0 + 5.0 / 3.0});
}

TEST_CASE("A private link that is slower than its share leaves the rest to the others") {
  // Uplinks of 0.1, 1 and 10 MB/s into one of 2 MB/s: 0.1, 0.95 and 0.95 MB/s.
  auto const ends = ends_of({0.1e6, 1e6, 10e6, 2e6}, [](ScriptedKernel& kernel) {
    kernel.start_at(0, 0, {0, 3}, 1e6);
    kernel.start_at(0, 1, {1, 3}, 0.95e6);
    kernel.start_at(0, 2, {2, 3}, 1.9e6);
  });
  require_close(ends, {10.0, 1.0, 1.0 + 0.95 / 1.9});
}

TEST_CASE("A flow in flight follows the bandwidth of its link when it falls and when it rises above the start") {
  auto const ends = ends_of({1e6}, [](ScriptedKernel& kernel) {
    kernel.start_at(0, 0, {0}, 4e6);
    kernel.set_at(1, 0, 0.5e6);
    kernel.set_at(3, 0, 2e6);
  });
  require_close(ends, {4.0});
}

TEST_CASE("An outage stops a flow for exactly its duration") {
  auto const ends = ends_of({1e6}, [](ScriptedKernel& kernel) {
    kernel.start_at(0, 0, {0}, 2e6);
    kernel.set_at(1, 0, 0);
    kernel.set_at(3, 0, 1e6);
  });
  require_close(ends, {4.0});
}

TEST_CASE("A flow that two links stop goes on only when both are back") {
  auto const ends = ends_of({1e6, 2e6, 1e6}, [](ScriptedKernel& kernel) {
    kernel.start_at(0, 0, {0, 1}, 2e6);
    kernel.start_at(0, 1, {1}, 4e6);
    kernel.start_at(2.5, 2, {0, 2}, 1e6);  // starts inside the outage of link 0
    kernel.set_at(1, 0, 0);
    kernel.set_at(2, 1, 0);
    kernel.set_at(4, 0, 2e6);
    kernel.set_at(5, 1, 2e6);
  });
  // Flow 1 moves 1 MB until 1 s, 2 MB until 2 s, then from 5 s on 1 MB at 1 MB/s; flow 0 has 1 MB left at 5 s;
  // flow 2 has link 0 alone from 4 s to 5 s, at the 1 MB/s of link 2.
  require_close(ends, {6.0, 6.0, 5.0});
}

TEST_CASE("A flow that comes back from an outage is held by every link of its route") {
  // SimGrid alone solves only the first link again: the flow would take 2 MB/s over a link of 1 MB/s.
  auto const ends = ends_of({1e6, 1e6}, [](ScriptedKernel& kernel) {
    kernel.set_at(0, 0, 0);
    kernel.start_at(0, 0, {0, 1}, 1e6);
    kernel.set_at(1, 0, 2e6);
  });
  require_close(ends, {2.0});
}

TEST_CASE("A link that is down before it is first used stops its flows until it rises") {
  auto const ends = ends_of({1e6}, [](ScriptedKernel& kernel) {
    kernel.set_at(0, 0, 0);
    kernel.start_at(1, 0, {0}, 1e6);
    kernel.set_at(2, 0, 4e6);
  });
  require_close(ends, {2.25});
}

TEST_CASE("An outage without end leaves the flow in flight and run returns") {
  auto const active = to_values(run_in_child([] {
    ScriptedKernel kernel({1e6, 1e6});
    kernel.start_at(0, 0, {0}, 1e6);
    kernel.start_at(0, 1, {1}, 3e6);
    kernel.set_at(0.5, 0, 0);
    kernel.run();
    return to_bytes({static_cast<double>(kernel.flows.active()), kernel.end_s.at(1)});
  }));
  REQUIRE(active == std::vector<double>{1, 3.0});
}

TEST_CASE("A cancelled flow leaves its share to the others at once and is never reported") {
  std::string const log = run_in_child([] {
    ScriptedKernel kernel({2e6});
    kernel.start_at(0, 7, {0}, 10e6);
    kernel.start_at(0, 8, {0}, 3e6);
    kernel.at(1, [&] { kernel.flows.cancel(7, 1); });
    kernel.run();
    std::string text;
    for (auto const& entry : kernel.log) text += entry + ";";
    return text + (std::abs(kernel.end_s.at(8) - 2.0) < 2e-9 ? "2 s" : "wrong");
  });
  REQUIRE(log == "own;own;own;flow 8;2 s");
}

TEST_CASE("A flow that is cancelled by an own event at the date of its end is not reported") {
  std::string const log = run_in_child([] {
    ScriptedKernel kernel({1e6});
    kernel.start_at(0, 0, {0}, 1e6);
    kernel.start_at(0.5, 1, {0}, 0.25e6);
    kernel.at(1.5, [] {});
    kernel.run(1.0);
    kernel.at(1.25, [&] { kernel.flows.cancel(0, 1.25); });
    kernel.run();
    // The number may be used again at once.
    kernel.start_at(2, 0, {0}, 0.5e6);
    kernel.at(2.5, [&] { kernel.flows.cancel(0, 2.5); });
    kernel.run();
    std::string text;
    for (auto const& entry : kernel.log) text += entry + ";";
    return text + std::to_string(kernel.flows.active());
  });
  // Flow 1 ends at 1 s. Flow 0 would end at 1.25 s, where the own event comes first.
  REQUIRE(log == "own;own;flow 1;own;own;own;own;0");
}

TEST_CASE("Own events come before ends of flows at one date, and ends in the order of the starts") {
  std::string const log = run_in_child([] {
    ScriptedKernel kernel({1e6, 2e6, 4e6});
    kernel.start_at(0, 9, {1}, 2e6);
    kernel.start_at(0, 3, {0}, 1e6);
    kernel.start_at(0, 5, {2}, 4e6);
    kernel.at(1, [] {});
    kernel.run();
    std::string text;
    for (auto const& entry : kernel.log) text += entry + ";";
    return text;
  });
  REQUIRE(log == "own;own;own;own;flow 9;flow 3;flow 5;");
}

TEST_CASE("A sink may start, cancel and change bandwidths when a flow ends") {
  std::string const log = run_in_child([] {
    ScriptedKernel kernel({1e6, 1e6});
    kernel.start_at(0, 0, {0}, 1e6);
    kernel.start_at(0, 1, {1}, 1e6);  // ends together with flow 0, which cancels it
    kernel.start_at(0, 2, {1}, 4e6);
    kernel.at(0, [&] { kernel.flows.set_bandwidth(1, 2e6, 0); });
    kernel.on_end = [&](std::uint32_t flow, double now_s) {
      if (flow == 0) {
        kernel.flows.cancel(1, now_s);
        kernel.flows.set_bandwidth(1, 3e6, now_s);
        kernel.flows.start(3, std::vector<std::uint32_t>{0}, 0.5e6, now_s);
        kernel.at(now_s + 0.25, [] {});
      }
    };
    kernel.run();
    std::string text;
    for (auto const& entry : kernel.log) text += entry + ";";
    return text + std::to_string(kernel.end_s.at(3)) + ";" + std::to_string(kernel.end_s.at(2));
  });
  REQUIRE(log == "own;own;own;own;flow 0;own;flow 3;flow 2;1.500000;2.000000");
}

TEST_CASE("Runs follow each other after idle times of any length") {
  auto const errors = to_values(run_in_child([] {
    ScriptedKernel kernel({1e6});
    std::vector<double> got;  // error over what is allowed
    double now_s = 0;
    for (std::uint32_t flow = 0; flow < 20; ++flow) {
      now_s = now_s * 2.7 + 0.1;
      kernel.flows.start(flow, std::vector<std::uint32_t>{0}, 1e6, now_s);
      kernel.flows.run(never_s);
      double const end_s = kernel.end_s.at(flow);
      got.push_back(std::abs(end_s - (now_s + 1)) / (1e-9 + 4 * spacing_s(end_s)));
      now_s = end_s;
    }
    return to_bytes(got);
  }));
  REQUIRE(errors.size() == 20);
  for (double const error : errors) REQUIRE(error <= 1);
}

TEST_CASE("A run that stops at a date goes on from there") {
  auto const facts = to_values(run_in_child([] {
    ScriptedKernel kernel({1e6, 1e6});
    kernel.start_at(0, 0, {0}, 1e6);
    kernel.start_at(0, 1, {1}, 5e6);
    kernel.at(3, [] {});
    kernel.flows.start(2, std::vector<std::uint32_t>{0}, 0.5e6, 0);
    kernel.flows.run(1.0);  // flow 2 shares with flow 0 and ends at 1 s
    double const after_first = static_cast<double>(kernel.flows.active());
    kernel.flows.run(2.0);
    double const after_second = static_cast<double>(kernel.flows.active());
    kernel.flows.set_bandwidth(1, 2e6, 3.0);
    kernel.flows.run(never_s);
    return to_bytes({after_first, after_second, kernel.end_s.at(2), kernel.end_s.at(0), kernel.end_s.at(1),
                     static_cast<double>(kernel.flows.flows_started())});
  }));
  REQUIRE(facts == std::vector<double>{2, 1, 1.0, 1.5, 4.0, 3});
}

TEST_CASE("Two runs in two processes give the same bits") {
  auto const script = [](ScriptedKernel& kernel) {
    for (std::uint32_t flow = 0; flow < 50; ++flow) {
      kernel.start_at(flow * 0.0137, flow, {flow % 3, 3 + flow % 2}, 1e5 + flow * 777.7);
    }
    kernel.set_at(0.3, 4, 0.31e6);
  };
  std::vector<double> const bandwidths{1e6, 0.7e6, 0.31e6, 1.1e6, 0.9e6};
  auto const first = ends_of(bandwidths, script);
  auto const second = ends_of(bandwidths, script);
  REQUIRE(first.size() == 50);
  REQUIRE(std::memcmp(first.data(), second.data(), first.size() * sizeof(double)) == 0);
}

TEST_CASE("Ten thousand flows one after another, with own events in between, release what they used") {
  auto const ends = to_values(run_in_child([] {
    ScriptedKernel kernel({1e6});
    std::uint32_t started = 0;
    std::uint32_t own_events = 0;
    kernel.on_end = [&](std::uint32_t flow, double now_s) {
      if (flow + 1 == 10000) return;
      kernel.at(now_s + 5e-4, [&] { ++own_events; });
      kernel.flows.start(++started, std::vector<std::uint32_t>{0}, 1e3, now_s);
    };
    kernel.start_at(0, 0, {0}, 1e3);
    kernel.run();
    return to_bytes({static_cast<double>(kernel.end_s.size()), kernel.end_s.at(9999), static_cast<double>(own_events)});
  }));
  REQUIRE(ends.at(0) == 10000);
  REQUIRE(ends.at(1) == Approx(10.0).epsilon(1e-9).margin(0));
  REQUIRE(ends.at(2) == 9999);
}

TEST_CASE("A thousand flows on one link end together") {
  auto const facts = to_values(run_in_child([] {
    auto const begin = std::chrono::steady_clock::now();
    ScriptedKernel kernel({1e9});
    for (std::uint32_t flow = 0; flow < 1000; ++flow) kernel.start_at(0, flow, {0}, 1e6);
    kernel.run();
    double smallest = never_s;
    double largest = 0;
    for (auto const& [flow, end_s] : kernel.end_s) {
      smallest = std::min(smallest, end_s);
      largest = std::max(largest, end_s);
    }
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - begin;
    return to_bytes({static_cast<double>(kernel.end_s.size()), smallest, largest, took.count()});
  }));
  REQUIRE(facts.at(0) == 1000);
  REQUIRE(facts.at(1) == Approx(1.0).epsilon(1e-9).margin(0));
  REQUIRE(facts.at(2) == facts.at(1));
  std::printf("1,000 flows that start and end together on one link: %.1f ms\n", facts.at(3) * 1e3);
}

TEST_CASE("Flows in flight at the end of the object's life do not disturb anything") {
  REQUIRE(run_in_child([] {
            {
              ScriptedKernel kernel({1e6, 2e6});
              kernel.start_at(0, 0, {0}, 1e6);
              kernel.start_at(0, 1, {0, 1}, 1e6);
              kernel.at(0.5, [] {});
              kernel.run(0.6);
              kernel.flows.cancel(0, 0.6);
            }
            return std::string("done");
          }) == "done");
}

TEST_CASE("Links may be added while flows are in flight, and may begin in an outage") {
  auto const ends = ends_of({1e6, 0}, [](ScriptedKernel& kernel) {
    kernel.start_at(0, 0, {0}, 2e6);
    kernel.start_at(0, 1, {1}, 1e6);
    kernel.at(1, [&] { kernel.flows.add_link(0.25e6); });
    kernel.start_at(1, 2, {2, 0}, 0.25e6);
    kernel.set_at(3, 1, 1e6);
  });
  // Flow 2 takes its 0.25 MB/s until 2 s and leaves 0.75 MB/s to flow 0.
  require_close(ends, {2.25, 4.0, 2.0});
}

TEST_CASE("A host that stops is left at once, with its flows in flight") {
  auto const facts = to_values(run_in_child([] {
    ScriptedKernel kernel({1e6});
    for (std::uint32_t flow = 0; flow < 3; ++flow) kernel.start_at(0, flow, {0}, 1e6);
    kernel.on_end = [&](std::uint32_t, double) { kernel.stop = true; };
    kernel.flows.start(3, std::vector<std::uint32_t>{0}, 1.0, 0);
    kernel.flows.run(never_s);
    return to_bytes({static_cast<double>(kernel.flows.active()), static_cast<double>(kernel.end_s.size())});
  }));
  REQUIRE(facts == std::vector<double>{3, 1});
}

TEST_CASE("A flow that cannot end within two thousand years fails the run") {
  std::string text = "none";
  try {
    ends_of({1e-3}, [](ScriptedKernel& kernel) { kernel.start_at(0, 0, {0}, 1e9); });
  } catch (RunError const& error) {
    text = error.what();
  }
  REQUIRE(text == "a transfer ends after more than 2000 years of simulated time");
}

TEST_CASE("Every SimGrid option that matters is listed once") {
  auto const& options = SimgridFlows::options();
  for (char const* required :
       {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:1e18", "network/weight-S:0",
        "network/optim:Lazy", "surf/precision:2ulp", "maxmin/precision:1e-13"}) {
    REQUIRE(std::count(options.begin(), options.end(), required) == 1);
  }
  REQUIRE(SimgridFlows::version() == "3.32.0");
}

}  // namespace coinfer
