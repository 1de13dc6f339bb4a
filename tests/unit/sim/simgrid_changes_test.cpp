// Flows priced by SimGrid when things change under way: bandwidths, outages, cancellations, new links.
#include <catch2/catch.hpp>
#include <map>

#include "tests/unit/sim/scripted_kernel.hpp"

namespace coinfer {

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

}  // namespace coinfer
