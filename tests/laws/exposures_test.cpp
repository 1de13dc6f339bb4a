// Law 7: who sees what, and how often, equals tables written by hand; and the tables notice what would make them wrong.
#include <algorithm>
#include <set>

#include "scenarios/run/run.hpp"
#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

using Table = std::set<std::string>;

/// A phone, an edge box and a cloud in a line, and a model of three convolutions; 5 requests.
std::string tiers(std::string const& workload) {
  std::string const processor =
      " aes_gcm_gbit_per_s: 1 processors { name: \"cpu\" kind: CPU rates { type: FP32 gflop_per_s: 1 } } }\n";
  std::string const layer = " op { convolution { out_channels: 4 kernel: 3 padding: 1 } } } }\n";
  return "name: \"tiers\"\n"
         "devices { name: \"phone\" domain: \"user\"" +
         processor + "devices { name: \"edge\" domain: \"edge operator\"" + processor +
         "devices { name: \"cloud\" domain: \"cloud operator\"" + processor +
         "links { name: \"wifi\" from: \"phone\" to: \"edge\" domain: \"home\" up_mbit_per_s: 10 latency_ms: 1 }\n"
         "links { name: \"wan\" from: \"edge\" to: \"cloud\" domain: \"network\" up_mbit_per_s: 10 latency_ms: 1 }\n"
         "workloads { name: \"w\" source: \"phone\" model_inline { name: \"m\" input_shape: [3, 8, 8]\n"
         "parts { layer { name: \"a\"" +
         layer + "parts { layer { name: \"b\"" + layer + "parts { layer { name: \"c\"" + layer +
         "} arrivals { fixed_rate { rate_per_s: 1 } }\n" + workload + " }\nstop { requests: 5 }\n";
}

std::string const local = "protocol: \"local_only\" placement { stages { on: \"phone\" } }";
std::string const cloud = "protocol: \"cloud_only\" placement { stages { on: \"cloud\" } }";
std::string const split =
    "protocol: \"plain_split\" placement { stages { on: \"phone\" until: \"a\" } stages { on: \"cloud\" } }";
std::string const three_tiers =
    "protocol: \"plain_split\" placement { stages { on: \"phone\" until: \"a\" } stages { on: \"edge\" until: \"b\" } "
    "stages { on: \"cloud\" } }";

/// "domain | place | tensor | protection | count", one line each.
Table table_of(Scenario const& scenario) {
  Table table;
  for (Exposure const& seen : run(scenario).exposures) {
    table.insert(seen.domain + " | " + seen.place + " | " + seen.tensor + " | " + std::string(to_string(seen.protection)) +
                 " | " + std::to_string(seen.count));
  }
  return table;
}

Table table_of(std::string const& workload) { return table_of(scenario_of(tiers(workload))); }

/// The scenario with a changed plan, whose exposures are derived anew.
Table table_of_changed(Scenario scenario, std::function<void(Plan&)> const& change) {
  Workload& workload = scenario.workloads.front();
  change(workload.plan);
  workload.exposures = derive_exposures(workload.plan, scenario.platform, workload.source);
  return table_of(scenario);
}

/// The plan without one task of its only phase; what came after it now follows what came before it.
Plan without(Plan const& plan, std::uint32_t left_out) {
  Phase const& phase = plan.phases.front();
  std::span<Task const> const all = phase.graph.tasks();
  auto const place = [left_out](std::uint32_t task) { return task > left_out ? task - 1 : task; };
  std::vector<Task> tasks;
  std::vector<TaskGraph::Edge> edges;
  Plan result = plan;
  Phase& changed = result.phases.front();
  changed.tasks.erase(changed.tasks.begin() + left_out);
  changed.amounts.erase(changed.amounts.begin() + left_out);
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (i == left_out) continue;
    tasks.push_back(all[i]);
    for (std::uint32_t next : phase.graph.successors(i)) {
      if (next != left_out) {
        edges.push_back({place(i), place(next)});
        continue;
      }
      for (std::uint32_t after : phase.graph.successors(left_out)) edges.push_back({place(i), place(after)});
    }
  }
  changed.graph = TaskGraph(tasks, edges);
  return result;
}

/// The places of the transfers in the only phase of a plan.
std::vector<std::uint32_t> transfers_of(Plan const& plan) {
  Phase const& phase = plan.phases.front();
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < phase.tasks.size(); ++i) {
    if (phase.graph.tasks()[i].kind == TaskKind::transfer) found.push_back(i);
  }
  return found;
}

/// Whether a compute task of any phase leaves the tensor in the memory of the device.
bool produced_there(Plan const& plan, std::uint32_t tensor, DeviceId device) {
  for (Phase const& phase : plan.phases) {
    for (std::size_t k = 0; k < phase.tasks.size(); ++k) {
      Task const& task = phase.graph.tasks()[k];
      if (task.kind != TaskKind::compute || phase.tasks[k].tensor != tensor) continue;
      if (plan.stations[task.role].processor.device == device) return true;
    }
  }
  return false;
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

Table const split_table = {
    "home | link:wifi | a | clear | 5",
    "edge operator | device:edge | a | clear | 5",
    "network | link:wan | a | clear | 5",
    "cloud operator | device:cloud | a | clear | 5",
    "cloud operator | device:cloud | output | clear | 5",
    "network | link:wan | output | clear | 5",
    "edge operator | device:edge | output | clear | 5",
    "home | link:wifi | output | clear | 5",
};

}  // namespace

TEST_CASE("Law 7: local_only shows nothing to anyone") { CHECK(table_of(local).empty()); }

TEST_CASE("Law 7: cloud_only shows the raw input and the output to everyone on the way and to the cloud") {
  CHECK(table_of(cloud) == Table{
                               "home | link:wifi | input | clear | 5",
                               "edge operator | device:edge | input | clear | 5",
                               "network | link:wan | input | clear | 5",
                               "cloud operator | device:cloud | input | clear | 5",
                               "cloud operator | device:cloud | output | clear | 5",
                               "network | link:wan | output | clear | 5",
                               "edge operator | device:edge | output | clear | 5",
                               "home | link:wifi | output | clear | 5",
                           });
}

TEST_CASE("Law 7: plain_split shows the cut, and never the input") { CHECK(table_of(split) == split_table); }

TEST_CASE("Law 7: plain_split over three tiers shows each cut to the tier behind it") {
  CHECK(table_of(three_tiers) == Table{
                                     "home | link:wifi | a | clear | 5",
                                     "edge operator | device:edge | a | clear | 5",
                                     "edge operator | device:edge | b | clear | 5",
                                     "network | link:wan | b | clear | 5",
                                     "cloud operator | device:cloud | b | clear | 5",
                                     "cloud operator | device:cloud | output | clear | 5",
                                     "network | link:wan | output | clear | 5",
                                     "edge operator | device:edge | output | clear | 5",
                                     "home | link:wifi | output | clear | 5",
                                 });
}

TEST_CASE("Law 7: with encrypted transport links and devices on the way see ciphertext, the receiver the values") {
  CHECK(table_of(split + " transport: ENCRYPTED") == Table{
                                                         "home | link:wifi | a | transport_encrypted | 5",
                                                         "edge operator | device:edge | a | transport_encrypted | 5",
                                                         "network | link:wan | a | transport_encrypted | 5",
                                                         "cloud operator | device:cloud | a | clear | 5",
                                                         "cloud operator | device:cloud | output | clear | 5",
                                                         "network | link:wan | output | transport_encrypted | 5",
                                                         "edge operator | device:edge | output | transport_encrypted | 5",
                                                         "home | link:wifi | output | transport_encrypted | 5",
                                                     });
}

TEST_CASE("Law 7: encryption ends at every tier that computes") {
  Table const table = table_of(three_tiers + " transport: ENCRYPTED");
  CHECK(table.count("edge operator | device:edge | a | clear | 5") == 1);
  CHECK(table.count("edge operator | device:edge | b | clear | 5") == 1);
  CHECK(table.count("network | link:wan | b | transport_encrypted | 5") == 1);
  CHECK(table.count("edge operator | device:edge | output | transport_encrypted | 5") == 1);
}

TEST_CASE("Law 7: what does not travel is not seen: a result that stays, and the owner's own domain") {
  Table expected = split_table;
  for (auto row = expected.begin(); row != expected.end();) {
    bool const way_back = row->find("output") != std::string::npos && row->find("device:cloud") == std::string::npos;
    row = way_back ? expected.erase(row) : std::next(row);
  }
  CHECK(table_of(split + " return_result: false") == expected);
  std::string text = tiers(split);
  text.replace(text.find("edge operator"), 13, "user");
  Table const seen = table_of(scenario_of(text));
  CHECK(std::none_of(seen.begin(), seen.end(), [](std::string const& row) { return row.rfind("user", 0) == 0; }));
  CHECK(seen.size() == split_table.size() - 2);
}

TEST_CASE("Law 7: an exposure counts when its task starts, not because the plan lists it") {
  std::string text = tiers(split);
  // The edge takes 1e-5 s, the first link 1.024 s for each cut of 1024 bytes, in order: at 2.5 s the third waits.
  text.replace(text.find("up_mbit_per_s: 10"), 17, "up_mbit_per_s: 0.008 sharing: FIFO_ORDER");
  text.replace(text.find("rate_per_s: 1 }"), 15, "rate_per_s: 2 }");
  text.replace(text.find("stop { requests: 5 }"), 20, "stop { duration_s: 2.1 at_end: CUT }");
  Table const table = table_of(scenario_of(text));
  // Requests come at 0.5, 1, 1.5 and 2 s; transfers start at 0.501 s and 1.525 s; the wide-area link is part of the flow.
  CHECK(table.count("home | link:wifi | a | clear | 2") == 1);
  CHECK(table.count("network | link:wan | a | clear | 2") == 1);
  CHECK(table.count("cloud operator | device:cloud | output | clear | 1") == 1);
}

TEST_CASE("Law 7: dropping a trust domain breaks the table") {
  for (std::string const domain : {"\"home\"", "\"network\"", "\"edge operator\"", "\"cloud operator\""}) {
    std::string text = tiers(split);
    text.replace(text.find(domain), domain.size(), "\"user\"");
    INFO(domain);
    CHECK(table_of(scenario_of(text)) != split_table);
  }
}

TEST_CASE("Law 7: upgrading a protection breaks the table") {
  Scenario const scenario = scenario_of(tiers(split));
  REQUIRE(table_of_changed(scenario, [](Plan&) {}) == split_table);
  Plan const& plan = scenario.workloads.front().plan;
  Phase const& phase = plan.phases.front();
  for (std::uint32_t task = 0; task < phase.tasks.size(); ++task) {
    if (phase.tasks[task].tensor == PlanTask::no_tensor) continue;
    INFO("task " << task);
    auto const upgrade = [task](Plan& changed) {
      changed.phases.front().tasks[task].protection = Protection::transport_encrypted;
    };
    CHECK(table_of_changed(scenario, upgrade) != split_table);
  }
  auto const at_receiver = [&](Plan& changed) {
    changed.phases.front().tasks[transfers_of(plan).front()].at_receiver = Protection::transport_encrypted;
  };
  CHECK(table_of_changed(scenario, at_receiver) != split_table);
}

TEST_CASE("Law 7: skipping a transfer breaks the table") {
  Scenario const scenario = scenario_of(tiers(split));
  std::vector<std::uint32_t> const transfers = transfers_of(scenario.workloads.front().plan);
  REQUIRE(transfers.size() == 2);
  for (std::uint32_t task : transfers) {
    CHECK(table_of_changed(scenario, [task](Plan& plan) { plan = without(plan, task); }) != split_table);
  }
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
