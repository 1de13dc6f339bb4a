// Law 13 and the network contract, on runs that a person can compute: what every part of a request's time must be.
//
// The models are made of square linear layers on 1000 values: 10^6 multiply-accumulates, so 2*10^6 flop, which a processor
// of 0.002 gflop/s computes in 1 s; 4000 bytes of output in fp32; 4*10^6 bytes of weights.
#include <array>
#include <map>

#include "scenarios/run/run.hpp"
#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

/// Expected parts of one request; what is not named is 0.
struct Parts {
  double queue_s = 0;
  double compute_s = 0;
  double crypto_s = 0;
  double wire_s = 0;
  double propagation_s = 0;
};

void check_parts(RequestRecord const& request, Parts const& expected) {
  std::map<std::string_view, double> const by_column = {{"queue_s", expected.queue_s},
                                                        {"compute_s", expected.compute_s},
                                                        {"crypto_s", expected.crypto_s},
                                                        {"wire_s", expected.wire_s},
                                                        {"propagation_s", expected.propagation_s}};
  REQUIRE(request.outcome == Outcome::completed);
  double sum_s = 0;
  for (std::size_t part = 0; part < part_names.size(); ++part) {
    INFO(part_names[part].column);
    auto const named = by_column.find(part_names[part].column);
    double const expected_s = named == by_column.end() ? 0 : named->second;
    CHECK(request.parts_s[part] == Approx(expected_s).epsilon(1e-9).margin(1e-12));
    sum_s += expected_s;
  }
  CHECK(request.end_s - request.arrival_s == Approx(sum_s).epsilon(1e-9));
}

std::string linear(std::string const& name, std::string const& inputs = "") {
  std::string const reads = inputs.empty() ? "" : " inputs: \"" + inputs + "\"";
  return "parts { layer { name: \"" + name + "\"" + reads + " op { linear { out_features: 1000 bias: false } } } }\n";
}

std::string model(std::string const& parts) { return "model_inline { name: \"m\" input_shape: [1000]\n" + parts + "}\n"; }

std::string processor(std::string const& name, std::string const& gflop_per_s, std::string const& more = "") {
  return " processors { name: \"" + name + "\" kind: CPU rates { type: FP32 gflop_per_s: " + gflop_per_s + " } " + more +
         " }";
}

std::string device(std::string const& name, std::string const& processors, std::string const& more = "") {
  return "devices { name: \"" + name + "\" domain: \"d\" " + more + processors + " }\n";
}

RequestLog requests_of(std::string const& text) { return run(scenario_of("name: \"by hand\"\n" + text)).record.requests; }

/// A request from one user, and no other.
std::string alone() { return " arrivals { closed_loop { users: 1 } } }\nstop { requests: 1 }\n"; }

}  // namespace

TEST_CASE("Law 13 by hand: a queue of three at one processor") {
  auto const requests = requests_of(device("box", processor("cpu", "0.002")) +
                                    "workloads { name: \"w\" source: \"box\" protocol: \"local_only\"\n" +
                                    model(linear("a")) + "placement { stages { on: \"box\" } }\n" +
                                    "arrivals { fixed_rate { rate_per_s: 2 } } }\nstop { requests: 3 }\n");
  REQUIRE(requests.size() == 3);
  // Arrivals at 0.5, 1 and 1.5 s, services of 1 s one after the other from 0.5 s on.
  check_parts(requests[0], {.compute_s = 1});
  check_parts(requests[1], {.queue_s = 0.5, .compute_s = 1});
  check_parts(requests[2], {.queue_s = 1, .compute_s = 1});
  CHECK(requests[2].start_s == Approx(2.5).epsilon(1e-12));
}

TEST_CASE("Law 13 by hand: of two parallel branches the slower one is the request's time") {
  auto const run_with = [](std::string const& cloud_gflop_per_s) {
    std::string const branches = linear("stem") + linear("left", "stem") + linear("right", "stem") +
                                 "parts { layer { name: \"sum\" inputs: \"left\" inputs: \"right\" op { add {} } } }\n";
    return requests_of(
               device("phone", processor("cpu", "0.002") + processor("gpu", "0.004")) +
               device("cloud", processor("cpu", cloud_gflop_per_s)) +
               "links { name: \"l\" from: \"phone\" to: \"cloud\" domain: \"n\" up_mbit_per_s: 8 latency_ms: 100 }\n"
               "workloads { name: \"w\" source: \"phone\" protocol: \"plain_split\"\n" +
               model(branches) +
               "placement { stages { on: \"phone.cpu\" layers: \"stem\" layers: \"sum\" }\n"
               "stages { on: \"phone.gpu\" layers: \"left\" } stages { on: \"cloud\" layers: \"right\" } }\n" +
               alone())
        .at(0);
  };
  // Left: 0.5 s on the gpu. Right: twice 0.1 s and 4000 bytes at 10^6 per second, and 0.25 s in the cloud: 0.458 s. The sum
  // is 1000 flop: 0.5 ms.
  check_parts(run_with("0.008"), {.compute_s = 1 + 0.5 + 0.0005});
  // A cloud of half the speed takes 0.5 s: 0.708 s for the right branch.
  check_parts(run_with("0.004"), {.compute_s = 1 + 0.5 + 0.0005, .wire_s = 0.008, .propagation_s = 0.2});
}

TEST_CASE("Law 13 by hand: a route over three links is one flow, and waits at its fifo link and in the cloud") {
  for (std::string const engine : {"FAST", "PLAIN"}) {
    INFO(engine);
    auto const requests =
        requests_of("engine: " + engine + "\n" + device("phone", processor("cpu", "0.002"), "count: 2") +
                    device("cloud", processor("cpu", "0.02")) + "switches: \"ap\" switches: \"router\"\n" +
                    "links { name: \"wifi\" from: \"phone\" to: \"ap\" domain: \"n\" private: true up_mbit_per_s: 8 "
                    "down_mbit_per_s: 16 latency_ms: 5 }\n"
                    "links { name: \"wan\" from: \"ap\" to: \"router\" domain: \"n\" sharing: FIFO_ORDER up_mbit_per_s: 4 "
                    "down_mbit_per_s: 2 latency_ms: 20 }\n"
                    "links { name: \"dc\" from: \"router\" to: \"cloud\" domain: \"n\" up_mbit_per_s: 80 latency_ms: 1 }\n"
                    "workloads { name: \"w\" source: \"phone\" protocol: \"plain_split\"\n" +
                    model(linear("a") + linear("b")) +
                    "placement { stages { on: \"phone\" until: \"a\" } stages { on: \"cloud\" } }\n"
                    "arrivals { closed_loop { users: 2 } } }\nstop { requests: 2 }\n");
    REQUIRE(requests.size() == 2);
    // Both phones send at 1 s. Up 0.026 s and 4000 bytes at 5*10^5 per second, one after the other; the first answer is
    // ready at 1.134 s, the second request came at 1.042 s. Down 0.026 s and 4000 bytes at 2.5*10^5 per second.
    double const wire_s = 0.008 + 0.016;
    check_parts(requests[0], {.compute_s = 1.1, .wire_s = wire_s, .propagation_s = 0.052});
    check_parts(requests[1], {.queue_s = 0.008 + 0.092, .compute_s = 1.1, .wire_s = wire_s, .propagation_s = 0.052});
  }
}

TEST_CASE("Law 13 by hand: encryption takes its time at both ends of both ways") {
  std::string const aes = "aes_gcm_gbit_per_s: 0.032";  // 4*10^6 bytes per second
  auto const requests =
      requests_of(device("phone", processor("cpu", "0.002"), aes) + device("cloud", processor("cpu", "0.02"), aes) +
                  "links { name: \"l\" from: \"phone\" to: \"cloud\" domain: \"n\" up_mbit_per_s: 8 latency_ms: 10 }\n"
                  "workloads { name: \"w\" source: \"phone\" protocol: \"plain_split\" transport: ENCRYPTED\n" +
                  model(linear("a") + linear("b")) +
                  "placement { stages { on: \"phone\" until: \"a\" } stages { on: \"cloud\" } }\n" + alone());
  check_parts(requests.at(0), {.compute_s = 1.1, .crypto_s = 4 * 0.001, .wire_s = 0.008, .propagation_s = 0.02});
}

TEST_CASE("One request alone through edge, link and cloud takes the hand-computed time") {
  for (std::string const engine : {"FAST", "PLAIN"}) {
    INFO(engine);
    auto const requests = requests_of(
        "engine: " + engine + "\n" +
        "devices { name: \"phone\" domain: \"d\" processors { name: \"cpu\" kind: CPU rates { type: FP32 gflop_per_s: 0.01 "
        "efficiency: 0.5 } memory_gb_per_s: 0.02 memory_efficiency: 0.5 launch_us: 100 } }\n" +
        device("cloud", processor("cpu", "0.02", "memory_gb_per_s: 1 launch_us: 50")) +
        "switches: \"ap\"\n"
        "links { name: \"wifi\" from: \"phone\" to: \"ap\" domain: \"n\" up_mbit_per_s: 6 down_mbit_per_s: 24 latency_ms: "
        "7 }\n"
        "links { name: \"wan\" from: \"cloud\" to: \"ap\" domain: \"n\" up_mbit_per_s: 3 down_mbit_per_s: 8 latency_ms: 13 "
        "}\n"
        "workloads { name: \"w\" source: \"phone\" protocol: \"plain_split\" framing_bytes: 120\n" +
        model(linear("a") + linear("b")) +
        "placement { stages { on: \"phone\" until: \"a\" } stages { on: \"cloud\" } }\n" + alone());
    // Weights, input and output of a layer: 4*10^6 + 4000 + 4000 bytes.
    double const moved_bytes = 4008000;
    double const edge_s = std::max(2e6 / 5e6, moved_bytes / 1e7) + 100e-6;  // memory bound
    double const cloud_s = std::max(2e6 / 2e7, moved_bytes / 1e9) + 50e-6;  // compute bound
    double const up_s = 4120 / 0.75e6;                                      // the smaller of 6 and 8 Mb/s
    double const down_s = 4120 / 0.375e6;                                   // the smaller of 3 and 24 Mb/s
    check_parts(requests.at(0), {.compute_s = edge_s + cloud_s, .wire_s = up_s + down_s, .propagation_s = 0.04});
    double const latency_s = requests[0].end_s - requests[0].arrival_s;
    CHECK(latency_s == Approx(edge_s + 0.02 + up_s + cloud_s + 0.02 + down_s).epsilon(1e-9));
  }
}

TEST_CASE("Two flows on one link share it max-min fair whatever their latencies") {
  for (std::string const engine : {"FAST", "PLAIN"}) {
    INFO(engine);
    std::string text = "engine: " + engine + "\nswitches: \"ap\"\n" + device("near", processor("cpu", "1")) +
                       device("far", processor("cpu", "1")) + device("cloud", processor("cpu", "2000", "slots: 2"));
    text +=
        "links { name: \"n\" from: \"near\" to: \"ap\" domain: \"n\" up_mbit_per_s: 80 latency_ms: 5 }\n"
        "links { name: \"f\" from: \"far\" to: \"ap\" domain: \"n\" up_mbit_per_s: 80 latency_ms: 50 }\n"
        "links { name: \"shared\" from: \"ap\" to: \"cloud\" domain: \"n\" up_mbit_per_s: 8 latency_ms: 10 }\n";
    for (std::string const source : {"near", "far"}) {
      text.append("workloads { name: \"").append(source).append("\" source: \"").append(source);
      text += "\" protocol: \"cloud_only\" input_bytes: 1000000 return_result: false\n" + model(linear("a")) +
              "placement { stages { on: \"cloud\" } } arrivals { closed_loop { users: 1 } } }\n";
    }
    auto const requests = requests_of(text + "stop { requests: 2 }\n");
    REQUIRE(requests.size() == 2);
    // The near flow starts at 0.015 s and has sent 45,000 of its 10^6 bytes when the far one joins at 0.06 s; at half of
    // 10^6 bytes per second it ends 1.91 s later, and the far one sends its last 45,000 bytes alone.
    double const compute_s = 1e-6;
    check_parts(requests[0], {.compute_s = compute_s, .wire_s = 1.97 - 0.015, .propagation_s = 0.015});
    check_parts(requests[1], {.compute_s = compute_s, .wire_s = 2.015 - 0.06, .propagation_s = 0.06});
    CHECK(requests[0].end_s == Approx(1.97 + compute_s).epsilon(1e-9));
    CHECK(requests[1].end_s == Approx(2.015 + compute_s).epsilon(1e-9));
  }
}

}  // namespace coinfer::laws
