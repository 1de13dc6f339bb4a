// Laws 4 and 10: what resources do, and what that costs in energy.
#include <cmath>

#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

/// Bytes that a run carried over each link, up and down, from the plans and how often their transfers started. Only for a
/// run without unfinished requests.
std::vector<std::array<double, 2>> bytes_of_links(Sample const& sample) {
  Platform const& platform = sample.scenario.platform;
  std::vector<std::array<double, 2>> bytes(platform.links().size());
  for (std::size_t w = 0; w < sample.scenario.workloads.size(); ++w) {
    Plan const& plan = sample.scenario.workloads[w].plan;
    Phase const& phase = plan.phases.front();
    for (std::size_t i = 0; i < phase.tasks.size(); ++i) {
      Task const& task = phase.graph.tasks()[i];
      if (task.kind != TaskKind::transfer) continue;
      Journey const journey = plan.journeys[task.role];
      Route const route = platform.route(journey.from, journey.to).value();
      for (Hop const& hop : route.hops) {
        double const starts = static_cast<double>(sample.results.record.task_starts[w][i]);
        bytes[hop.link.index()][hop.direction == Direction::up ? 0 : 1] += starts * task.amount;
      }
    }
  }
  return bytes;
}

bool all_completed(Sample const& sample) {
  return sample.results.all.outcomes[static_cast<std::size_t>(Outcome::completed)] == sample.results.all.submitted;
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
  CHECK(saturated > 20);
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
    CHECK(sample.results.bytes_up == Approx(up).epsilon(1e-12));
    CHECK(sample.results.bytes_down == Approx(down).epsilon(1e-12));
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
