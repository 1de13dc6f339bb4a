// Flows priced by SimGrid: exact durations, fair sharing, the order of events, the life of the object.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <random>

#include "sim/base/errors.hpp"
#include "tests/unit/sim/scripted_kernel.hpp"

namespace coinfer {

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
