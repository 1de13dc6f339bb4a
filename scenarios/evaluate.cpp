#include "scenarios/evaluate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "privacy/yielding.hpp"
#include "scenarios/gate/figures.hpp"
#include "scenarios/request_statistics.hpp"
#include "scenarios/resource_use.hpp"
#include "scenarios/server_use.hpp"
#include "scenarios/workload_bytes.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

/// Sums what every task showed, by workload, tensor, place and observer.
std::vector<Exposure> collect_exposures(Scenario const& scenario, RunRecord const& record) {
  std::vector<Exposure> exposures;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    Workload const& workload = scenario.workloads[w];
    std::map<std::tuple<std::uint32_t, std::string, std::string, Protection>, std::size_t> place_of;
    for (TaskExposure const& seen : workload.exposures) {
      auto const [entry, added] =
          place_of.try_emplace({seen.tensor, seen.domain, seen.place, seen.protection}, exposures.size());
      if (added) {
        std::vector<std::string> const& names = workload.plan.tensors[seen.tensor].names;
        exposures.push_back({.domain = seen.domain,
                             .workload = workload.name,
                             .model = workload.leakage_model,
                             .dataset = workload.dataset,
                             .tensor = names.front(),
                             .tensor_names = names,
                             .place = seen.place,
                             .protection = seen.protection,
                             .count = 0,
                             .epsilon = workload.plan.tensors[seen.tensor].epsilon,
                             .epsilon_scale = workload.plan.tensors[seen.tensor].epsilon_scale,
                             .output_is_answer = workload.lengths.has_value()});
      }
      Exposure& exposure = exposures[entry->second];
      exposure.count += record.task_starts[w][seen.phase][seen.task];
      Phase const& phase = workload.plan.phases[seen.phase];
      bool const yielding = phase.kind == PhaseKind::iteration && shows_yielding_only(workload.plan, phase, seen.task);
      exposure.shown_by.push_back({seen.phase, seen.task, yielding});
    }
  }
  std::erase_if(exposures, [](Exposure const& seen) { return seen.count == 0; });
  return exposures;
}

/// By workload: how what was shown divides among its users.
std::vector<UserExposures> users_of(Scenario const& scenario, RunRecord& record) {
  std::vector<UserExposures> users;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    Device const& source = scenario.platform.device(scenario.workloads[w].source);
    ShownCounts& shown = record.shown[w];
    users.emplace_back(scenario.workloads[w].name, source.name, source.count > 1, std::move(shown.counts),
                       std::move(shown.unstarted));
  }
  return users;
}

/// Whether requests of the workload come whether or not earlier ones were answered.
bool is_open(Workload const& workload) { return !std::holds_alternative<ClosedLoop>(workload.arrivals); }

/// Names of the resources that open workloads use, as in `ResourceResult::resource`.
std::set<std::string> used_by_open_workloads(Scenario const& scenario) {
  std::set<std::string> names;
  for (Workload const& workload : scenario.workloads) {
    if (!is_open(workload)) continue;
    for (StationRef const& used : workload.plan.stations) {
      Device const& device = scenario.platform.device(used.processor.device);
      names.insert(device.name + "." + device.processors[used.processor.processor].name);
    }
    for (Journey const& journey : workload.plan.journeys) {
      std::optional<Route> const route = scenario.platform.route(journey.from, journey.to);
      for (Hop const& hop : route->hops) {
        std::string const& link = scenario.platform.link(hop.link).name;
        names.insert({link, link + " up", link + " down"});
      }
    }
  }
  return names;
}

/// Whether latencies, in order of arrival, grow along the run. A queue that grows without end adds to a latency what the
/// last quarter of them has 2.3 times as much of as the second, whatever they had before: so either the mean of the last
/// quarter is more than twice that of the second; or it is a third more, and the means of 15 batches from the second
/// quarter on rise so steadily that Kendall's tau is at least 0.7, which is 3.6 standard deviations of it for batches in
/// any order (Mann, "Nonparametric tests against trend", Econometrica 13(3), 1945).
bool grows(std::span<double const> latencies) {
  std::size_t const quarter = latencies.size() / 4;
  double const early = exact_sum(latencies.subspan(quarter, quarter));
  double const late = exact_sum(latencies.last(quarter));
  if (late > 2 * early) return true;
  std::size_t constexpr batches = 15;
  std::size_t const length = 3 * quarter / batches;
  if (3 * late <= 4 * early || length == 0) return false;
  std::span<double const> const settled = latencies.last(batches * length);
  int rising = 0;
  std::array<double, batches> sums{};
  for (std::size_t i = 0; i < batches; ++i) {
    sums[i] = exact_sum(settled.subspan(i * length, length));
    for (std::size_t before = 0; before < i; ++before) rising += sums[i] > sums[before] ? 1 : -1;
  }
  int constexpr pairs = batches * (batches - 1) / 2;
  return 10 * rising >= 7 * pairs;
}

/// OVERLOADED where a resource is asked for more than it can do while requests keep coming, SATURATED where only users who
/// wait for their answers do the asking; BACKLOGGED where no single one is, yet latency grows along the run. Fewer than 40
/// requests say nothing about any of it, nor, where a server works in batches, does a run of less than five latencies: what
/// such a server can do shows only once its batches have grown. A resource that open and waiting users share counts as
/// asked for by the open ones.
std::optional<Saturation> judge(Scenario const& scenario, RunRecord const& record,
                                std::vector<ResourceResult> const& resources) {
  std::size_t constexpr fewest_requests = 40;
  if (record.requests.size() < fewest_requests) return std::nullopt;
  std::set<std::string> const open = used_by_open_workloads(scenario);
  bool saturated = false;
  for (ResourceResult const& resource : resources) {
    if (resource.offered_utilisation < 1 || resource.serves_batches) continue;
    if (open.contains(resource.resource)) return Saturation::overloaded;
    saturated = true;
  }
  std::vector<double> latencies;
  latencies.reserve(record.requests.size());
  for (RequestRecord const& request : record.requests) {
    bool const counts = request.outcome == Outcome::completed && is_open(scenario.workloads[request.workload]);
    if (counts) latencies.push_back(request.end_s - request.arrival_s);
  }
  Saturation const otherwise = saturated ? Saturation::saturated : Saturation::stable;
  std::size_t const quarter = latencies.size() / 4;
  if (quarter < fewest_requests / 4) return otherwise;
  if (grows(latencies)) return Saturation::backlogged;
  bool const batches = std::any_of(resources.begin(), resources.end(), [](auto const& one) { return one.serves_batches; });
  double const settled_s =
      exact_sum(std::span<double const>(latencies).last(3 * quarter)) / (3.0 * static_cast<double>(quarter));
  if (batches && record.last_arrival_s < 5 * settled_s) return std::nullopt;
  return otherwise;
}

/// A server for which calls wait, the one with the most of them; otherwise the server that is at work for the largest share
/// of the time, or, of what does not work in batches, what is asked for a larger share. Empty where nothing is used.
std::string bottleneck_of(Results const& results) {
  auto const queue = std::max_element(results.servers.begin(), results.servers.end(),
                                      [](auto const& a, auto const& b) { return a.mean_waiting < b.mean_waiting; });
  if (queue != results.servers.end() && queue->mean_waiting >= 1) return queue->on;
  auto const busy = std::max_element(results.servers.begin(), results.servers.end(),
                                     [](auto const& a, auto const& b) { return a.utilisation < b.utilisation; });
  auto const asked = [](ResourceResult const& resource) {
    return resource.serves_batches ? 0 : resource.offered_utilisation;
  };
  auto const busiest = std::max_element(results.resources.begin(), results.resources.end(),
                                        [&](auto const& a, auto const& b) { return asked(a) < asked(b); });
  double const asked_for = busiest == results.resources.end() ? 0 : asked(*busiest);
  if (busy != results.servers.end() && busy->utilisation > asked_for) return busy->on;
  return asked_for > 0 ? busiest->resource : "";
}

/// Hits on blocks that another user filled: the time to the first token tells whoever asks that somebody asked the same.
/// One row per server: its cache does not tell the workloads apart that share it, so they stand together.
void add_prefix_hits(Scenario const& scenario, Results& results) {
  for (std::uint32_t index = 0; index < scenario.servers.size(); ++index) {
    Exposure seen;
    seen.count = results.record.servers[index].prefix_hit_blocks_other;
    if (seen.count == 0) continue;
    seen.domain = "other users";
    seen.tensor = "beginning of a prompt";
    seen.place = "server:" + scenario.servers[index].config.name;
    for (Workload const& workload : scenario.workloads) {
      if (std::find(workload.servers.begin(), workload.servers.end(), index) == workload.servers.end()) continue;
      if (seen.workload.empty()) {
        seen.model = workload.leakage_model;
        seen.dataset = workload.dataset;
      }
      seen.workload += (seen.workload.empty() ? "" : "+") + workload.name;
    }
    results.exposures.push_back(std::move(seen));
  }
}

/// What the scores say of the scenario's floors.
std::vector<FloorVerdict> judge_floors(Scenario const& scenario, Results const& results) {
  auto const facts = [&](std::string const& name) {
    auto const found = std::find_if(scenario.workloads.begin(), scenario.workloads.end(),
                                    [&](Workload const& workload) { return workload.name == name; });
    return found == scenario.workloads.end() ? ConversionFacts{} : ConversionFacts{found->input_channels};
  };
  std::vector<FloorVerdict> verdicts;
  for (PrivacyFloor const& floor : scenario.floors) {
    verdicts.push_back(decide(floor, results.privacy, facts));
    FloorVerdict& verdict = verdicts.back();
    bool const any_ran = std::any_of(results.workloads.begin(), results.workloads.end(), [&](WorkloadResult const& result) {
      return (floor.workload.empty() || floor.workload == result.name) && result.admitted() > 0;
    });
    if (any_ran) continue;
    verdict.kept = false;
    verdict.reason = "no request ran, so nothing shows that it is kept";
  }
  return verdicts;
}

/// Legal numbers may be so far out of proportion that what follows from them is none.
void require_numbers(Results const& results) {
  auto const require = [](std::string const& what, std::optional<double> value) {
    if (value && !std::isfinite(*value)) {
      throw RunError(what + " is beyond the largest number: some quantity of the scenario is out of all proportion");
    }
  };
  for (ResourceResult const& resource : results.resources) {
    require("the utilisation of '" + resource.resource + "'", resource.utilisation);
    require("the offered utilisation of '" + resource.resource + "'", resource.offered_utilisation);
    require("the queue of '" + resource.resource + "'", resource.mean_waiting);
    require("the busy time of '" + resource.resource + "'", resource.busy_s);
    require("the number of bytes on '" + resource.resource + "'", resource.bytes);
    require("the energy of '" + resource.resource + "'", resource.energy_j);
    require("the cost of '" + resource.resource + "'", resource.cost_usd);
  }
  require("the throughput", results.all.throughput_per_s);
  for (WorkloadResult const& workload : results.workloads) require("the throughput", workload.throughput_per_s);
  require("the number of bytes", results.bytes_up);
  require("the number of bytes", results.bytes_down);
  require("the energy", results.energy_j.value);
  require("the cost", results.cost_usd.value);
}

}  // namespace

std::string_view to_string(Saturation verdict) {
  switch (verdict) {
    case Saturation::stable:
      return "STABLE";
    case Saturation::backlogged:
      return "BACKLOGGED";
    case Saturation::saturated:
      return "SATURATED";
    default:
      return "OVERLOADED";
  }
}

Results evaluate(Scenario const& scenario, RunRecord record) {
  Results results;
  results.all = request_statistics(scenario, record, std::nullopt);
  for (std::uint32_t w = 0; w < scenario.workloads.size(); ++w) {
    // The only workload is all there is.
    bool const only = scenario.workloads.size() == 1;
    results.workloads.push_back(only ? results.all : request_statistics(scenario, record, w));
    results.workloads.back().name = scenario.workloads[w].name;
    if (auto const bytes = workload_bytes(scenario, record, w)) {
      results.workloads.back().bytes_up = bytes->up;
      results.workloads.back().bytes_down = bytes->down;
    }
  }
  results.servers = server_use(scenario, record);
  ResourceUse use = resource_use(scenario.platform, record);
  results.resources = std::move(use.resources);
  for (ResourceResult& resource : results.resources) {
    resource.serves_batches = std::any_of(results.servers.begin(), results.servers.end(),
                                          [&](ServerResult const& server) { return server.on == resource.resource; });
  }
  results.bytes_up = use.bytes_up;
  results.bytes_down = use.bytes_down;
  results.energy_j = use.energy_j;
  results.cost_usd = use.cost_usd;
  if (record.requests.empty()) results.energy_j = results.cost_usd = Total{std::nullopt, "no request came"};
  results.exposures = collect_exposures(scenario, record);
  results.users = users_of(scenario, record);
  std::vector<SourceAccount> const accounts = source_accounts(scenario.workloads, scenario.budgets);
  results.ledgers = ledger_results(accounts, scenario, record);
  std::vector<Released> const released = released_by(accounts, scenario, record);
  for (Adversary const& adversary : scenario.adversaries) {
    std::vector<PrivacyScore> scores = score(adversary, results.exposures, *scenario.leakage, results.users);
    results.privacy.insert(results.privacy.end(), scores.begin(), scores.end());
    std::vector<PrivacyScore> const epsilons = score_epsilon(adversary, results.exposures, released);
    results.privacy.insert(results.privacy.end(), epsilons.begin(), epsilons.end());
  }
  results.exposure_counts = exposure_counts(scenario.adversaries, results.exposures, results.users);
  results.floors = judge_floors(scenario, results);
  results.saturation = judge(scenario, record, results.resources);
  results.bottleneck = bottleneck_of(results);
  require_numbers(results);
  results.record = std::move(record);
  add_prefix_hits(scenario, results);
  for (Expectation const& expectation : scenario.expectations) {
    results.expectations.push_back(decide(expectation, measure_figure(expectation.metric, scenario, results)));
  }
  return results;
}

}  // namespace coinfer
