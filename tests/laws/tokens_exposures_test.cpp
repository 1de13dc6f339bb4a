// Law 7 for models of tokens: what a request for G = 4 tokens on a prompt of 10 shows to whom, how often.
#include <set>

#include "scenarios/run/run.hpp"
#include "tests/laws/samples.hpp"
#include "tests/laws/token_samples.hpp"

namespace coinfer::laws {

namespace {

using Table = std::set<std::string>;

/// "domain | place | tensor | protection | count", one line each.
Table table_of(Scenario const& scenario) {
  Table table;
  for (Exposure const& seen : run(scenario).exposures) {
    table.insert(seen.domain + " | " + seen.place + " | " + seen.tensor + " | " + std::string(to_string(seen.protection)) +
                 " | " + std::to_string(seen.count));
  }
  return table;
}

std::string one_request(std::string const& what) { return token_tiers(token_workload(what) + "stop { requests: 1 }\n"); }

Table table_of(std::string const& what) { return table_of(scenario_of(one_request(what))); }

/// The same with one thing of each task of each phase changed; how many of the changes the table notices.
template <class Change>
void every_change_shows(std::string const& what, Table const& expected, Change change) {
  Scenario const scenario = scenario_of(one_request(what));
  Plan const& plan = scenario.workloads.front().plan;
  for (std::size_t p = 0; p < plan.phases.size(); ++p) {
    for (std::size_t i = 0; i < plan.phases[p].tasks.size(); ++i) {
      Scenario changed = scenario;
      Workload& workload = changed.workloads.front();
      if (!change(workload.plan.phases[p], i)) continue;
      workload.exposures = derive_exposures(workload.plan, changed.platform, workload.source);
      INFO("phase " << p << ", task " << i);
      CHECK(table_of(changed) != expected);
    }
  }
}

bool upgrade(Phase& phase, std::size_t task) {
  PlanTask& meaning = phase.tasks[task];
  if (meaning.tensor == PlanTask::no_tensor || phase.graph.tasks()[task].kind != TaskKind::transfer) return false;
  meaning.protection = meaning.protection == Protection::clear ? Protection::transport_encrypted : Protection::clear;
  return true;
}

/// A transfer that shows nothing is as good as none.
bool skip(Phase& phase, std::size_t task) {
  PlanTask& meaning = phase.tasks[task];
  if (meaning.tensor == PlanTask::no_tensor || phase.graph.tasks()[task].kind != TaskKind::transfer) return false;
  meaning.tensor = PlanTask::no_tensor;
  return true;
}

void dropping_a_domain_shows(std::string const& what, Table const& expected) {
  for (std::string const domain : {"\"network\"", "\"cloud operator\""}) {
    std::string text = one_request(what);
    text.replace(text.find(domain), domain.size(), "\"user\"");
    INFO(domain);
    CHECK(table_of(scenario_of(text)) != expected);
  }
}

void check_table(std::string const& what, Table const& expected) {
  INFO(what);
  CHECK(table_of(what) == expected);
  every_change_shows(what, expected, upgrade);
  every_change_shows(what, expected, skip);
  if (!expected.empty()) dropping_a_domain_shows(what, expected);
}

std::string on(std::string const& protocol, std::string const& place) {
  return "protocol: \"" + protocol + "\" placement { stages { on: \"" + place + "\" } }\n";
}

std::string const server = "servers { on: \"cloud.gpu\" }\n";

}  // namespace

TEST_CASE(
    "Law 7: a token model at home shows nothing; in the cloud the prompt, the first token and the rest are seen once") {
  check_table(on("local_only", "phone.gpu"), {});
  check_table(on("cloud_only", "cloud.gpu"), {
                                                 "network | link:wan | input | clear | 1",
                                                 "cloud operator | device:cloud | input | clear | 1",
                                                 "cloud operator | device:cloud | output | clear | 4",
                                                 "network | link:wan | output | clear | 2",
                                             });
}

TEST_CASE("Law 7: batches show of every request what it would show alone") {
  Table const two = {
      "network | link:wan | input | clear | 2",
      "cloud operator | device:cloud | input | clear | 2",
      "cloud operator | device:cloud | output | clear | 8",
      "network | link:wan | output | clear | 4",
  };
  std::string const text = token_tiers(
      server + token_workload(on("cloud_only", "cloud.gpu"), "4", "closed_loop { users: 2 }") + "stop { requests: 2 }\n");
  Results const results = run(scenario_of(text));
  CHECK(results.record.servers.at(0).largest_batch == 2);
  CHECK(table_of(scenario_of(text)) == two);
}

TEST_CASE("Law 7: an enclave shows its host sealed values and the network ciphertext") {
  for (std::string const place : {"tee", "cc"}) {
    std::string const protocol = place == "tee" ? "enclave_only" : "gpu_confidential";
    check_table(on(protocol, "cloud." + place), {
                                                    "network | link:wan | input | transport_encrypted | 1",
                                                    "cloud operator | device:cloud | input | sealed | 1",
                                                    "cloud operator | device:cloud | output | sealed | 4",
                                                    "network | link:wan | output | transport_encrypted | 2",
                                                });
  }
}

TEST_CASE("Law 7: a per-token pipeline shows what enters the middle and what leaves it, once for each token") {
  check_table(token_pipeline, {
                                  "network | link:wan | block0 | clear | 4",
                                  "cloud operator | device:cloud | block0 | clear | 4",
                                  "cloud operator | device:cloud | block1 | clear | 4",
                                  "network | link:wan | block1 | clear | 4",
                              });
}

TEST_CASE("Law 7: cmif shows the noised prompt once, and the answer in the clear") {
  check_table(cmif_of("SERVER_EMBEDS"), {
                                            "network | link:wan | sanitised input | noised | 1",
                                            "cloud operator | device:cloud | sanitised input | noised | 1",
                                            "cloud operator | device:cloud | output | clear | 4",
                                            "network | link:wan | output | clear | 2",
                                        });
  check_table(cmif_of("CLIENT_EMBEDS"), {
                                            "network | link:wan | sanitised input | noised | 1",
                                            "cloud operator | device:cloud | sanitised input | noised | 1",
                                            "network | link:wan | output embedding | clear | 3",
                                            "cloud operator | device:cloud | output embedding | clear | 3",
                                            "cloud operator | device:cloud | output | clear | 4",
                                            "network | link:wan | output | clear | 4",
                                        });
}

}  // namespace coinfer::laws
