// Jobs inside an enclave at once: as many as it takes, however many its processor serves.
#include <catch2/catch.hpp>

#include "scenarios/run/run.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"

namespace coinfer {

namespace {

/// Two requests at the same instant for one layer of 1 s on a processor with two slots.
std::string two_at_once(std::string const& enclave) {
  return "name: \"s\"\n"
         "devices { name: \"box\" domain: \"user\"\n"
         "  processors { name: \"cpu\" kind: CPU slots: 2 rates { type: FP32 gflop_per_s: 0.00002 } }\n"
         "  enclaves { name: \"tee\" on: \"cpu\" compute_slowdown: 1 memory_slowdown: 1 entry_us: 0 " +
         enclave +
         " } }\n"
         "workloads { name: \"w\" source: \"box\" protocol: \"enclave_only\" attestation: NEVER\n"
         "  model_inline { name: \"m\" input_shape: [100] parts { layer { name: \"a\" op { linear { out_features: 100 "
         "bias: "
         "false } } } } }\n"
         "  arrivals { closed_loop { users: 2 } } placement { stages { on: \"box.tee\" } } }\n"
         "stop { requests: 2 }\n";
}

double longest_s(std::string const& text) { return run(samples::scenario_of(text)).all.latency_s->max; }

}  // namespace

TEST_CASE("an enclave that takes fewer jobs than its processor makes the others wait") {
  CHECK(longest_s(two_at_once("")) == Approx(1).epsilon(1e-9));
  CHECK(longest_s(two_at_once("concurrency: 1")) == Approx(2).epsilon(1e-9));
}

}  // namespace coinfer
