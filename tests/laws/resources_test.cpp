// Laws 4 and 10: what resources do, and what that costs in energy.
#include <algorithm>
#include <cmath>
#include <span>

#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

/// Whether an earlier workload has the server of the phase too: its iterations are counted there.
bool counted_before(Sample const& sample, std::size_t w, Phase const& phase) {
  std::vector<Workload> const& all = sample.scenario.workloads;
  std::uint32_t const server = all[w].servers[phase.server];
  return std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(w), [server](Workload const& other) {
    return std::find(other.servers.begin(), other.servers.end(), server) != other.servers.end();
  });
}

/// What the runs of a task asked for in all, by the rules of its phase; those of iterations for all workloads of the
/// server. Only for a run without unfinished requests.
double asked_for(Sample const& sample, std::size_t w, std::size_t p, std::size_t i) {
  Workload const& workload = sample.scenario.workloads[w];
  Phase const& phase = workload.plan.phases[p];
  AmountRule const& rule = phase.amounts[i];
  double const each = phase.graph.tasks()[i].amount;
  double requests = 0;
  double prompts = 0;
  double further = 0;
  double results = 0;
  bool const shared = phase.kind == PhaseKind::iteration;
  if (shared && counted_before(sample, w, phase)) return 0;
  for (RequestRecord const& request : sample.results.record.requests) {
    std::vector<std::uint32_t> const& servers = sample.scenario.workloads[request.workload].servers;
    bool const served =
        shared && std::find(servers.begin(), servers.end(), workload.servers[phase.server]) != servers.end();
    if (!served && request.workload != w) continue;
    requests += 1;
    prompts += std::max(1U, request.prompt_tokens);
    further += request.output_tokens > 0 ? request.output_tokens - 1 : 0;
    results += std::max(1U, request.output_tokens);
  }
  double const starts = static_cast<double>(sample.results.record.task_starts[w][p][i]);
  switch (phase.kind) {
    case PhaseKind::each_step:
      return starts * (each + rule.per_token * workload.plan.tokens_per_step + rule.per_sequence);
    case PhaseKind::iteration: {
      ServerRecord const& server = sample.results.record.servers[workload.servers[phase.server]];
      return each * static_cast<double>(server.iterations) + rule.per_token * static_cast<double>(server.tokens) +
             rule.per_sequence * results;
    }
    case PhaseKind::once:
      return each * starts + rule.per_token * prompts + rule.per_sequence * requests + rule.per_further_token * further;
    default:
      return each * starts + rule.per_further_token * further;
  }
}

/// Bytes that a run carried over each link, up and down, from the plans and what their requests asked for. Only for a run
/// without unfinished requests.
std::vector<std::array<double, 2>> bytes_of_links(Sample const& sample) {
  Platform const& platform = sample.scenario.platform;
  std::vector<std::array<double, 2>> bytes(platform.links().size());
  for (std::size_t w = 0; w < sample.scenario.workloads.size(); ++w) {
    Plan const& plan = sample.scenario.workloads[w].plan;
    for (std::size_t p = 0; p < plan.phases.size(); ++p) {
      std::span<Task const> const tasks = plan.phases[p].graph.tasks();
      for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (tasks[i].kind != TaskKind::transfer) continue;
        Journey const journey = plan.journeys[tasks[i].role];
        Route const route = platform.route(journey.from, journey.to).value();
        double const sent = asked_for(sample, w, p, i);
        for (Hop const& hop : route.hops) {
          bytes[hop.link.index()][hop.direction == Direction::up ? 0 : 1] += sent;
        }
      }
    }
  }
  return bytes;
}

bool all_completed(Sample const& sample) {
  WorkloadResult const& all = sample.results.all;
  return all.submitted > 0 && all.outcomes[static_cast<std::size_t>(Outcome::completed)] == all.submitted;
}

}  // namespace

TEST_CASE("Law 4: no resource works beyond its slots or its rate") {
  double constexpr rounding = 1 + 1e-9;
  std::uint64_t saturated = 0;
  for_each_sample([&](Sample const& sample) {
    RunRecord const& record = sample.results.record;
    for (ResourceResult const& resource : sample.results.resources) {
      INFO(resource.resource);
      REQUIRE(resource.utilisation >= 0);
      REQUIRE(resource.utilisation <= rounding);
      REQUIRE(resource.busy_s <= static_cast<double>(resource.members_used) * record.end_s * rounding);
      REQUIRE(resource.members_used <= resource.members);
      saturated += resource.utilisation > 0.9 ? 1 : 0;
    }
    std::size_t index = 0;
    for (Device const& device : sample.scenario.platform.devices()) {
      for (Processor const& processor : device.processors) {
        ResourceRecord const& use = record.processors[index++];
        if (processor.discipline == Discipline::fifo) CHECK(use.service_s <= use.busy_s * processor.slots * rounding);
        CHECK(use.busy_s <= use.service_s * rounding);
      }
    }
    for (std::size_t i = 0; i < record.pipes.size(); ++i) {
      Link const& link = sample.scenario.platform.links()[i / 2];
      double const rate = link.bandwidth(i % 2 == 0 ? Direction::up : Direction::down).value();
      CHECK(record.pipes[i].bytes <= rate * record.pipes[i].busy_s * rounding + 1e-6);
      if (link.sharing == Sharing::fifo) CHECK(record.pipes[i].service_s <= record.pipes[i].busy_s * rounding);
    }
  });
  CHECK(saturated > 5);
}

TEST_CASE("Law 4: no server works on more sequences, tokens or KV blocks than it may") {
  double constexpr rounding = 1 + 1e-9;
  std::uint64_t preemptions = 0;
  std::uint64_t hits = 0;
  std::uint64_t full = 0;
  for_each_sample([&](Sample const& sample) {
    for (std::size_t i = 0; i < sample.scenario.servers.size(); ++i) {
      ScenarioServer const& server = sample.scenario.servers[i];
      ServerRecord const& seen = sample.results.record.servers[i];
      INFO(server.config.name);
      REQUIRE(seen.busy_s <= static_cast<double>(seen.replicas_used) * sample.results.record.end_s * rounding);
      REQUIRE(seen.replicas_used <= server.replicas);
      REQUIRE(seen.peak_kv_blocks <= server.kv_blocks);
      REQUIRE(seen.recomputed_tokens <= seen.tokens);
      REQUIRE(seen.in_batch_s <= seen.busy_s * static_cast<double>(seen.largest_batch) * rounding);
      std::uint32_t most = 0;
      if (auto const* continuous = std::get_if<ContinuousBatching>(&server.config.batching)) {
        most = continuous->max_sequences;
        REQUIRE(seen.tokens <= seen.iterations * continuous->token_budget);
      } else {
        most = std::get<StaticBatching>(server.config.batching).max_sequences;
        REQUIRE(seen.preemptions == 0);
      }
      REQUIRE(seen.largest_batch <= most);
      full += most > 1 && seen.largest_batch == most ? 1 : 0;
      preemptions += seen.preemptions;
      hits += seen.prefix_hit_tokens;
    }
  });
  CHECK(full > 10);
  CHECK(preemptions > 10);
  CHECK(hits > 100);
}

TEST_CASE("Law 4: links carry the bytes of their transfers, counted by the direction in which they went") {
  std::uint64_t tried = 0;
  for_each_sample([&](Sample const& sample) {
    if (!all_completed(sample)) return;
    double up = 0;
    double down = 0;
    for (auto const& bytes : bytes_of_links(sample)) {
      up += bytes[0];
      down += bytes[1];
    }
    CHECK(sample.results.bytes_up == Approx(up).epsilon(1e-11));
    CHECK(sample.results.bytes_down == Approx(down).epsilon(1e-11));
    tried += up > 0 && down > 0 ? 1 : 0;
  });
  CHECK(tried > 30);
}

TEST_CASE("Law 10: energy is the integral of power over states, plus bytes") {
  std::uint64_t measured = 0;
  std::uint64_t absent = 0;
  for_each_sample([&](Sample const& sample) {
    if (!all_completed(sample)) return;
    RunRecord const& record = sample.results.record;
    Platform const& platform = sample.scenario.platform;
    double energy_j = 0;
    bool known = true;
    std::size_t index = 0;
    for (Device const& device : platform.devices()) {
      for (Processor const& processor : device.processors) {
        double const busy_s = record.processors[index++].busy_s;
        double const idle_s = device.count * record.end_s - busy_s;
        if (!processor.idle || !processor.busy) {
          known = false;
        } else {
          energy_j += processor.busy->value() * busy_s + processor.idle->value() * idle_s;
        }
      }
    }
    auto const bytes = bytes_of_links(sample);
    for (std::size_t l = 0; l < bytes.size(); ++l) {
      Link const& link = platform.links()[l];
      if (bytes[l][0] > 0) link.up_energy ? energy_j += link.up_energy->value() * bytes[l][0] : known = false;
      if (bytes[l][1] > 0) link.down_energy ? energy_j += link.down_energy->value() * bytes[l][1] : known = false;
    }
    REQUIRE(sample.results.energy_j.value.has_value() == known);
    if (known) {
      CHECK(*sample.results.energy_j.value == Approx(energy_j).epsilon(1e-9));
      ++measured;
    } else {
      CHECK(sample.results.energy_j.reason.substr(0, 14) == "not measured: ");
      ++absent;
    }
  });
  CHECK(measured > 30);
  CHECK(absent > 10);
}

}  // namespace coinfer::laws
