// Law 13 for models of tokens, on runs that a person can compute: see token_samples.hpp for what things take.
#include <map>

#include "scenarios/request_statistics.hpp"
#include "scenarios/run/run.hpp"
#include "tests/laws/samples.hpp"
#include "tests/laws/token_samples.hpp"

namespace coinfer::laws {

namespace {

/// Expected parts by column; what is not named is 0.
using Parts = std::map<std::string_view, double>;

void check_parts(RequestRecord const& request, Parts const& expected) {
  REQUIRE(request.outcome == Outcome::completed);
  double sum_s = 0;
  for (std::size_t part = 0; part < part_names.size(); ++part) {
    INFO(part_names[part].column);
    auto const named = expected.find(part_names[part].column);
    double const expected_s = named == expected.end() ? 0 : named->second;
    CHECK(request.parts_s[part] == Approx(expected_s).epsilon(1e-9).margin(1e-12));
    sum_s += expected_s;
  }
  CHECK(request.end_s - request.arrival_s == Approx(sum_s).epsilon(1e-9));
}

void check_token_times(RequestRecord const& request, double ttft_s, double tpot_s) {
  CHECK(time_to_first_token_s(request).value() == Approx(ttft_s).epsilon(1e-9));
  CHECK(time_per_token_s(request).value() == Approx(tpot_s).epsilon(1e-9));
}

std::string const cloud = "protocol: \"cloud_only\" placement { stages { on: \"cloud.gpu\" } }\n";

Results run_tiers(std::string const& rest) { return run(scenario_of(token_tiers(rest))); }

}  // namespace

TEST_CASE("Law 13 by hand: a served request alone sends its prompt, is opened, takes G - 1 steps and sends the rest") {
  RequestRecord const served =
      run_tiers("servers { on: \"cloud.gpu\" }\n" + token_workload(cloud) + "stop { requests: 1 }\n").record.requests.at(0);
  // 40 bytes up, passes of 1 s, 12 bytes of three ids down; the first id takes 4 bytes beside the steps.
  check_parts(served, {{"compute_s", 4}, {"wire_s", 0.04 + 0.012}, {"propagation_s", 0.5}});
  double const ttft_s = 0.29 + 1 + 0.254;
  check_token_times(served, ttft_s, (4.552 - ttft_s) / 3);
  // Without a server, passes follow one another as far as the data owner: the second begins when the first id is there.
  RequestRecord const request = run_tiers(token_workload(cloud) + "stop { requests: 1 }\n").record.requests.at(0);
  check_parts(request, {{"compute_s", 4}, {"wire_s", 0.04 + 0.004 + 0.012}, {"propagation_s", 0.75}});
  check_token_times(request, ttft_s, (4.806 - ttft_s) / 3);
}

TEST_CASE("Law 13 by hand: an answer of one token ends with the opening") {
  RequestRecord const request =
      run_tiers("servers { on: \"cloud.gpu\" }\n" + token_workload(cloud, "1") + "stop { requests: 1 }\n")
          .record.requests.at(0);
  REQUIRE(request.outcome == Outcome::completed);
  CHECK(time_to_first_token_s(request).value() == Approx(0.29 + 1 + 0.254).epsilon(1e-9));
  CHECK_FALSE(time_per_token_s(request).has_value());
}

TEST_CASE("Law 13 by hand: a request joins the batch at the next iteration and waits for that alone") {
  Results const results =
      run_tiers("servers { on: \"cloud.gpu\" }\n" + token_workload(cloud, "4", "fixed_rate { rate_per_s: 0.8 }") +
                "stop { requests: 2 }\n");
  // The first is opened from 1.54 s on; the second calls at 2.79 s, in the midst of the first's first step.
  double const wire_s = 0.052;
  check_parts(results.record.requests.at(0), {{"compute_s", 4}, {"wire_s", wire_s}, {"propagation_s", 0.5}});
  check_parts(results.record.requests.at(1),
              {{"queue_s", 0.75}, {"compute_s", 4}, {"wire_s", wire_s}, {"propagation_s", 0.5}});
  CHECK(results.record.servers.at(0).iterations == 6);
  CHECK(results.record.servers.at(0).tokens == 2 * 13);
  CHECK(results.record.servers.at(0).busy_s == Approx(6).epsilon(1e-9));
  CHECK(results.record.servers.at(0).in_batch_s == Approx(8).epsilon(1e-9));
}

TEST_CASE("Law 13 by hand: a preempted request waits until the other has left, and computes its tokens again") {
  Results const results = run_tiers("servers { on: \"cloud.gpu\" kv_block_tokens: 1 kv_capacity_tokens: 24 }\n" +
                                    token_workload(cloud, "4", "closed_loop { users: 2 }") + "stop { requests: 2 }\n");
  // Two prompts of 10 and two steps fill 24 places. For the third step the first takes the second's, and keeps them until
  // its last result 1 s later: the second waits for that and computes 12 tokens again and one more.
  double const wire_s = 0.08 + 0.012;
  check_parts(results.record.requests.at(0), {{"compute_s", 4}, {"wire_s", wire_s}, {"propagation_s", 0.5}});
  check_parts(results.record.requests.at(1),
              {{"queue_s", 1}, {"compute_s", 4}, {"wire_s", wire_s}, {"propagation_s", 0.5}});
  CHECK(results.record.servers.at(0).preemptions == 1);
  CHECK(results.record.servers.at(0).recomputed_tokens == 12);
  CHECK(results.record.servers.at(0).peak_kv_blocks == 24);
}

TEST_CASE("Law 13 by hand: a per-token pipeline pays one round trip for each token") {
  for (std::string const server : {"servers { on: \"cloud.gpu\" }\n", ""}) {
    INFO(server);
    RequestRecord const request =
        run_tiers(server + token_workload(token_pipeline) + "stop { requests: 1 }\n").record.requests.at(0);
    // 10 rows of 8 bytes each way in the opening, one in each of three steps.
    check_parts(request, {{"compute_s", 4}, {"wire_s", 0.16 + 3 * 0.016}, {"propagation_s", 4 * 0.5}});
    check_token_times(request, 1 + 0.16 + 0.5, 1 + 0.016 + 0.5);
  }
}

TEST_CASE("Law 13 by hand: drafted tokens that are all accepted save round trips, and none that are not") {
  auto const latency_s = [](std::string const& acceptance) {
    std::string const options = "options { per_token_pipeline { draft_tokens: 2 acceptance: " + acceptance + " } }\n";
    RequestRecord const request =
        run_tiers("servers { on: \"cloud.gpu\" }\n" + token_workload(token_pipeline + options) + "stop { requests: 1 }\n")
            .record.requests.at(0);
    return request.end_s - request.arrival_s;
  };
  double const opening_s = 1.66;
  double const step_s = 1 + 3 * 0.016 + 0.5;
  CHECK(latency_s("1") == Approx(opening_s + step_s).epsilon(1e-9));
  CHECK(latency_s("0") == Approx(opening_s + 3 * step_s).epsilon(1e-9));
}

TEST_CASE("Law 13 by hand: talaria pays 4 L + 1 round trips for each token") {
  std::string const platform = "name: \"tokens\"\n" + token_device("phone", "user") +
                               token_device("vm", "cloud operator", token_enclaves) +
                               token_device("cloud", "cloud operator") + token_link() +
                               "links { name: \"lan\" from: \"vm\" to: \"cloud\" domain: \"cloud operator\" up_mbit_per_s: "
                               "0.008 latency_ms: 10 }\n";
  std::string text = platform + token_workload(token_talaria + "attestation: NEVER");
  text.replace(text.find("to: \"cloud\""), 11, "to: \"vm\"");
  for (std::string const server : {"servers { on: \"vm.cpu\" }\n", ""}) {
    INFO(server);
    Results const results = run(scenario_of(text + server + "stop { requests: 1 }\n"));
    // In 16 bits, a token's trips through a block carry 2 (4 + 4 + 4 + 8) bytes up and 2 (12 + 4 + 16 + 4) down, and those
    // of a sequence through the head 2 (4 + 16). Each of 9 trips masks and recovers in 40 ms each.
    // Without a server the steps begin when the first id is at home.
    double const first_id_s = server.empty() ? 0.004 : 0;
    double const wait_s = server.empty() ? 0.25 : 0;
    double const trips_bytes = (10 + 3) * 2 * (40 + 72) + 4 * 40;
    check_parts(results.record.requests.at(0), {{"compute_s", 4},
                                                {"protect_s", 4 * 9 * 0.08},
                                                {"wire_s", 0.052 + first_id_s + trips_bytes / 1000},
                                                {"propagation_s", 0.5 + wait_s + 4 * 9 * 0.02}});
  }
}

TEST_CASE("Law 13 by hand: whoever comes during a setup waits for it") {
  std::string const slow =
      "enclaves { name: \"tee\" on: \"cpu\" compute_slowdown: 1 memory_slowdown: 1 initialisation_ms: "
      "1500 }\n";
  std::string const text = "name: \"tokens\"\n" + token_device("phone", "user", slow) +
                           token_workload("protocol: \"enclave_only\" placement { stages { on: \"phone.tee\" } }\n", "1",
                                          "fixed_rate { rate_per_s: 1 }") +
                           "stop { requests: 2 }\n";
  auto const requests = run(scenario_of(text)).record.requests;
  // Set up from 1 s to 2.5 s, then the first pass; the second waits for the setup from 2 s on, and then for the processor.
  check_parts(requests.at(0), {{"enclave_s", 1.5}, {"compute_s", 1}});
  check_parts(requests.at(1), {{"queue_s", 0.5 + 1}, {"compute_s", 1}});
}

}  // namespace coinfer::laws
