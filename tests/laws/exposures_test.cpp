// Law 7: who sees what, and how often, equals tables written by hand (exposure_tables.cpp); what would make them wrong,
// they notice (exposure_mutations_test.cpp).
#include <algorithm>
#include <optional>

#include "privacy/protocol.hpp"
#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"
#include "tests/laws/exposure_tables.hpp"
#include "tests/laws/produced.hpp"
#include "tests/laws/samples.hpp"
#include "tests/laws/token_samples.hpp"

namespace coinfer::laws {

namespace {

/// Whether the protocol refuses vision models, whatever else it has to say of this one.
bool is_for_tokens_only(std::string const& protocol) {
  Catalog const catalog{std::nullopt};
  Diagnostics diagnostics;
  std::string const text = vision_tiers("protocol: \"" + protocol + "\" placement { stages { on: \"phone\" } }");
  load_scenario_text("scenario.textproto", text, {}, catalog, diagnostics);
  return diagnostics.text().find("is for models of tokens") != std::string::npos;
}

/// How many observers other than the owner see each task of a phase start.
std::vector<std::uint64_t> observers_of(Plan const& plan, std::size_t index, Platform const& platform,
                                        std::string const& owner) {
  Phase const& phase = plan.phases[index];
  std::vector<std::uint64_t> observers(phase.tasks.size(), 0);
  for (std::size_t i = 0; i < phase.tasks.size(); ++i) {
    Task const& task = phase.graph.tasks()[i];
    auto const see = [&](std::string const& domain) { observers[i] += domain == owner ? 0 : 1; };
    bool const shows = task.kind == TaskKind::compute || task.kind == TaskKind::transfer;
    if (phase.tasks[i].tensor == PlanTask::no_tensor || !shows) continue;
    if (task.kind == TaskKind::compute) {
      see(platform.device(plan.stations[task.role].processor.device).domain);
      continue;
    }
    Journey const journey = plan.journeys[task.role];
    if (!produced_there(plan, phase.tasks[i].tensor, journey.from)) see(platform.device(journey.from).domain);
    Route const route = platform.route(journey.from, journey.to).value();
    NodeId at(journey.from.index());
    for (Hop const& hop : route.hops) {
      Link const& link = platform.link(hop.link);
      see(link.domain);
      at = at == link.from ? link.to : link.from;
      if (auto const device = platform.device_at(at)) see(platform.device(*device).domain);
    }
  }
  return observers;
}

}  // namespace

TEST_CASE("Law 7: every protocol has a truth table of each form it takes, clear and encrypted, with a server and without") {
  for (ProtocolEntry const& entry : protocols()) {
    std::string const protocol(entry.name);
    bool const only_tokens = is_for_tokens_only(protocol);
    for (bool const tokens : {false, true}) {
      for (bool const encrypted : {false, true}) {
        for (bool const served : {false, true}) {
          if (tokens ? false : only_tokens || served) continue;
          auto const found = std::any_of(truth_tables().begin(), truth_tables().end(), [&](TruthTable const& table) {
            return table.protocol == protocol && table.tokens == tokens && table.encrypted == encrypted &&
                   table.served == served;
          });
          INFO(protocol << (tokens ? ", tokens" : ", vision") << (encrypted ? ", encrypted" : ", clear")
                        << (served ? ", served" : ", not served"));
          CHECK(found);
        }
      }
    }
  }
}

TEST_CASE("Law 7: every run shows what its truth table says") {
  for (TruthTable const& table : truth_tables()) {
    INFO(table.protocol << ", " << table.what);
    CHECK(table_of(run(scenario_of(table.scenario))) == table.rows);
  }
}

TEST_CASE("Law 7: batches show of every request what it would show alone") {
  ExposureTable const two = {
      "network | link:wan | input | clear | 2",
      "cloud operator | device:cloud | input | clear | 2",
      "cloud operator | device:cloud | output | clear | 8",
      "network | link:wan | output | clear | 4",
  };
  std::string const load = "protocol: \"cloud_only\" placement { stages { on: \"cloud.gpu\" } }\n";
  Results const results =
      run(scenario_of(token_tiers("servers { on: \"cloud.gpu\" }\n" +
                                  token_workload(load, "4", "closed_loop { users: 2 }") + "stop { requests: 2 }\n")));
  CHECK(results.record.servers.at(0).largest_batch == 2);
  CHECK(table_of(results) == two);
}

TEST_CASE("Law 7: on random scenarios every compute away from home and every hop is seen as often as it started") {
  for_each_sample([](Sample const& sample) {
    std::uint64_t expected = 0;
    for (std::size_t w = 0; w < sample.scenario.workloads.size(); ++w) {
      Workload const& workload = sample.scenario.workloads[w];
      Platform const& platform = sample.scenario.platform;
      std::string const& owner = platform.device(workload.source).domain;
      for (std::size_t p = 0; p < workload.plan.phases.size(); ++p) {
        std::vector<std::uint64_t> const observers = observers_of(workload.plan, p, platform, owner);
        std::vector<std::uint64_t> const& starts = sample.results.record.task_starts[w][p];
        REQUIRE(starts.size() == observers.size());
        for (std::size_t i = 0; i < starts.size(); ++i) expected += observers[i] * starts[i];
      }
    }
    std::uint64_t seen = 0;
    std::uint64_t told = 0;
    for (Exposure const& exposure : sample.results.exposures) {
      // What a cache tells other users is seen in no task.
      (exposure.domain == "other users" ? told : seen) += exposure.count;
    }
    CHECK(seen == expected);
    std::uint64_t hits = 0;
    for (ServerRecord const& server : sample.results.record.servers) hits += server.prefix_hit_blocks_other;
    CHECK(told == hits);
  });
}

}  // namespace coinfer::laws
