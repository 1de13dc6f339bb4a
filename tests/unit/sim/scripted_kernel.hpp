// A kernel made of callbacks, for tests of SimgridFlows.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "sim/kernel/child_process.hpp"
#include "sim/kernel/simgrid_flows.hpp"

namespace coinfer {

inline constexpr double never_s = std::numeric_limits<double>::infinity();

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

inline std::string to_bytes(std::vector<double> const& values) {
  std::string bytes(values.size() * sizeof(double), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

inline std::vector<double> to_values(std::string const& bytes) {
  std::vector<double> values(bytes.size() / sizeof(double));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// The ends of flows 0, 1, ... of a script, computed in a process of its own.
inline std::vector<double> ends_of(std::vector<double> const& bandwidths,
                                   std::function<void(ScriptedKernel&)> const& script) {
  return to_values(run_in_child([&] {
    ScriptedKernel kernel(bandwidths);
    script(kernel);
    kernel.run();
    std::vector<double> ends;
    for (auto const& [flow, end_s] : kernel.end_s) ends.push_back(end_s);
    return to_bytes(ends);
  }));
}

inline void require_close(std::vector<double> const& got, std::vector<double> const& expected) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("flow " << i);
    REQUIRE(got[i] == Approx(expected[i]).epsilon(1e-9).margin(0));
  }
}

inline double spacing_s(double date_s) { return std::nextafter(date_s, never_s) - date_s; }

}  // namespace coinfer
